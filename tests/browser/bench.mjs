// Figures of the page in a browser, for `cargo xtask bench browser`: node bench.mjs
//
// One figure is one entry of FIGURES: its name, its bar from DESIGN section 7, and a function
// that returns samples. Nothing fails here; a figure that cannot be taken says why.
import { openPage, startBrowser } from './harness.mjs';

const COLD_STARTS = 7;
const STEPS = 200;

const FIGURES = [
  { name: 'navigation to a usable page, cold', unit: 'ms', bar: 1000, samples: coldStarts },
  { name: 'one step back and its repaint, main thread', unit: 'ms', bar: 16, samples: () => steps(['ArrowLeft']) },
  {
    name: 'steps back and forward, main thread', unit: 'ms', bar: 16,
    samples: () => steps(['ArrowLeft', 'ArrowRight']),
  },
];

const browser = await startBrowser();
const rows = [];
for (const { name, unit, bar, samples } of FIGURES) {
  try {
    rows.push({ figure: name, unit, ...summary(await samples()), bar });
  } catch (error) {
    rows.push({ figure: name, unit, note: error.message.split('\n')[0], bar });
  }
}
await browser.close();
console.table(rows);

/** Median, 99th percentile and worst of some samples. */
function summary(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const round = (value) => Number(value.toFixed(1));
  return { samples: sorted.length, median: round(at(0.5)), p99: round(at(0.99)), worst: round(at(1)) };
}

/** Milliseconds from navigation until the first view is painted; every start has an empty cache. */
async function coldStarts() {
  const times = [];
  for (let i = 0; i < COLD_STARTS; i += 1) {
    const { page, close } = await openPage('', { browser });
    // An upper bound: the view was seen by a poll in some frame, and the next one is waited for.
    times.push(await page.evaluate(() => new Promise((resolve) => {
      requestAnimationFrame(() => resolve(performance.now()));
    })));
    await close();
  }
  return times;
}

/**
 * Main-thread milliseconds (script, style, layout, paint) of each of STEPS key presses, from
 * the browser's own task clock: waiting for the next frame does not count.
 */
async function steps(keys) {
  const { page, close } = await openPage('', { browser });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const busy = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  const frame = () => page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  }));
  const press = (key) => page.keyboard.press(key).then(frame);
  const text = () => page.evaluate(() => document.body.innerText);
  const before = await text();
  await press(keys[0]);
  if (await text() === before) throw new Error(`${keys[0]} changes nothing on the page`);
  // What two empty frames cost; the least of several, since the page may still be settling.
  let idle = Infinity;
  for (let i = 0; i < 10; i += 1) idle = Math.min(idle, await cost(busy, frame));
  const times = [];
  for (let i = 0; i < STEPS; i += 1) {
    times.push(Math.max(0, await cost(busy, () => press(keys[i % keys.length])) - idle));
  }
  await close();
  return times;
}

async function cost(busy, work) {
  const before = await busy();
  await work();
  return await busy() - before;
}
