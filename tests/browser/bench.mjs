// Figures of the page in a browser, for `cargo xtask bench browser`: node bench.mjs
//
// One figure is one entry of FIGURES: its name, its bar from DESIGN section 7, and a function
// that returns samples. Nothing fails here; a figure that cannot be taken says why.
import { brotliCompressSync, constants } from 'node:zlib';
import { PANELS, idle, linkTo } from './drive.mjs';
import { BASE, openPage, startBrowser } from './harness.mjs';

const COLD_STARTS = 7;
const STEPS = 200;
const RUNS = 5;

/** The largest machine that the design names, with a command of many steps at its end. */
const LARGE = 'boot ram=76G';
const LARGE_STORY = `${LARGE} thp=never\nspawn web\nweb: buf = mmap 16M\nweb: touch buf 1436K\n`;

const FIGURES = [
  { name: 'navigation to a usable page, cold', unit: 'ms', bar: 1000, samples: coldStarts },
  { name: 'one step back and its repaint, main thread', unit: 'ms', bar: 16, samples: () => steps(['ArrowLeft']) },
  {
    name: 'steps back and forward, main thread', unit: 'ms', bar: 16,
    samples: () => steps(['ArrowLeft', 'ArrowRight']),
  },
  ...PANELS.map((panel) => ({
    name: `one step on 76 GB, ${panel}, main thread`, unit: 'ms', bar: 16,
    samples: () => steps(['ArrowLeft'], linkTo(LARGE_STORY, `panels=${panel}`)),
  })),
  {
    name: 'one step on 76 GB, all pageblocks in sight, main thread', unit: 'ms', bar: 16,
    samples: () => steps(['ArrowLeft'], linkTo(LARGE_STORY, 'panels=frames'), async (page) => {
      await page.locator('.map').focus();
      await page.keyboard.press('0');
    }),
  },
  { name: 'boot of 76 GB, the model alone', unit: 'ms', bar: 20, samples: () => model([], LARGE) },
  {
    name: '1 000 000 pages of order 0, the model alone, detail off', unit: 'ms', bar: 100,
    samples: () => model([LARGE], 'kernel: b = alloc_pages order=0 count=1000000', { detail: false }),
  },
  {
    name: '100 000 pages of order 0, the model alone, full detail, 10 commands', unit: 'ms', bar: 60,
    samples: () => model([LARGE], Array(10).fill('kernel: alloc_pages order=0 count=10000').join('\n')),
  },
  { name: 'boot of 76 GB, from Run to its picture', unit: 'ms', bar: 20, samples: () => runs(LARGE) },
  { name: 'boot of 76 GB, wasm memory that it adds', unit: 'MB', bar: 8, samples: bootMemory },
  {
    name: '1 000 000 pages of order 0 in one command, in slices', unit: 'ms', bar: 100,
    samples: () => runs(`${LARGE}\nkernel: b = alloc_pages order=0 count=1000000`, `${LARGE}\n`),
  },
  {
    name: '100 000 pages of order 0 in one command, in slices', unit: 'ms', bar: 60,
    samples: () => runs(`${LARGE}\nkernel: b = alloc_pages order=0 count=100000`, `${LARGE}\n`),
  },
  { name: 'first paint, brotli', unit: 'KB', bar: 250, samples: firstPaint },
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
 * the processor time of the browser's own tasks: neither waiting for the next frame counts, nor
 * what other programs took meanwhile.
 */
async function steps(keys, query = '', prepare = async () => {}) {
  const { page, close } = await openPage(query, { browser });
  await idle(page);
  await prepare(page);
  await page.evaluate(() => document.activeElement.blur());
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
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
  let empty = Infinity;
  for (let i = 0; i < 10; i += 1) empty = Math.min(empty, await cost(busy, frame));
  const times = [];
  for (let i = 0; i < STEPS; i += 1) {
    times.push(Math.max(0, await cost(busy, () => press(keys[i % keys.length])) - empty));
  }
  await close();
  return times;
}

async function cost(busy, work) {
  const before = await busy();
  await work();
  return await busy() - before;
}

/**
 * Milliseconds from Ctrl+Enter until the page has drawn the end of `script`, of which `before`
 * is run already. An upper bound of what the model takes: slices, pictures and pauses count.
 */
async function runs(script, before = '') {
  const { page, close } = await openPage(linkTo(before || 'boot ram=256M\n'), { browser });
  const times = [];
  for (let i = 0; i < RUNS; i += 1) {
    await page.fill('#script', before || `boot ram=${256 + i}M\n`);
    await page.focus('#script');
    await page.keyboard.press('Control+Enter');
    await idle(page);
    await page.fill('#script', `${script}\n`);
    times.push(await page.evaluate(() => new Promise((resolve) => {
      // The button is marked while the text is not what was run; a run says how far it is.
      const isOver = () => !document.querySelector('.left .ph [role=status], .left .btn.sm.go');
      const start = performance.now();
      document.querySelector('#script').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
      const look = () => requestAnimationFrame(() => {
        if (isOver()) resolve(performance.now() - start);
        else look();
      });
      look();
    })));
  }
  await close();
  return times;
}

/**
 * Milliseconds that the package takes to run `script` behind `before`, in a page that draws
 * nothing: the model, and the list of what each command answered.
 */
async function model(before, script, { detail = true } = {}) {
  const { page, close } = await openPage('', { browser });
  await idle(page);
  const times = await page.evaluate(async ({ before, after, detail, count }) => {
    const { default: init, Machine } = await import(new URL('mm-js/mm_js.js', document.baseURI).href);
    await init();
    const taken = [];
    for (let i = 0; i < count; i += 1) {
      const machine = new Machine();
      machine.setDetail(detail);
      machine.run(before);
      const start = performance.now();
      const { commands } = machine.run(after);
      taken.push(performance.now() - start);
      if (!commands.every(({ expected }) => expected)) throw new Error('a command was refused');
      machine.free();
    }
    return taken;
  }, { before: before.join('\n'), after: [...before, script].join('\n'), detail, count: RUNS });
  await close();
  return times;
}

/** Megabytes by which the module's memory grows when it boots the large machine. */
async function bootMemory() {
  const { page, close } = await openPage(linkTo('boot ram=16M\n'), { browser });
  await idle(page);
  const devtools = await page.context().newCDPSession(page);
  const bytes = async () => {
    const { result } = await devtools.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
    const { objects } = await devtools.send('Runtime.queryObjects', { prototypeObjectId: result.objectId });
    const sum = 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }';
    const answer = await devtools.send('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration: sum, returnByValue: true });
    return answer.result.value;
  };
  const before = await bytes();
  await page.fill('#script', `${LARGE}\n`);
  await page.focus('#script');
  await page.keyboard.press('Control+Enter');
  await idle(page);
  const after = await bytes();
  await close();
  return [(after - before) / 1e6];
}

/** Kilobytes of everything that a first visit loads, each file compressed with brotli. */
async function firstPaint() {
  const { watch, close } = await openPage('', { browser });
  const files = new Set(watch.requests.filter((url) => url.startsWith(BASE)).map((url) => url.split('#')[0]));
  await close();
  let sum = 0;
  for (const url of files) {
    const body = Buffer.from(await (await fetch(url)).arrayBuffer());
    sum += brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }
  return [sum / 1000];
}
