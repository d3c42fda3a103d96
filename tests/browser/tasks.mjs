// How long the page's main thread is taken at a time: the processor time of the browser's own tasks, which what
// other programs take meanwhile does not lengthen.

/** A fixed piece of work, in milliseconds of the machine that the figures in docs are from. */
const YARDSTICK_MS = 50;
const yardstick = () => {
  let word = 1;
  for (let i = 0; i < 3e7; i += 1) { word ^= word << 13; word ^= word >>> 17; word ^= word << 5; }
  window.yardstick = word;
};

/**
 * Does `act` and returns the longest task of the page's main thread meanwhile: milliseconds of processor time and on the clock.
 * `factor` is how much slower this machine is at this moment than the one of the docs.
 */
export async function longestTask(page, act) {
  const devtools = await page.context().browser().newBrowserCDPSession();
  const events = [];
  devtools.on('Tracing.dataCollected', ({ value }) => {
    for (const { name, ph, pid, tid, dur, tdur, args } of value) {
      if (ph === 'M' && name === 'thread_name') events.push({ thread: args.name, pid, tid });
      else if (ph === 'X' && name === 'ThreadControllerImpl::RunTask') events.push({ pid, tid, dur, tdur });
    }
  });
  const over = new Promise((done) => { devtools.once('Tracing.tracingComplete', done); });
  await devtools.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'], recordMode: 'recordContinuously', traceBufferSizeInKb: 100_000 } });
  await act();
  await devtools.send('Tracing.end');
  await over;
  await devtools.detach();
  const main = events.filter(({ thread }) => thread === 'CrRendererMain').map(({ pid, tid }) => `${pid}.${tid}`);
  const tasks = events.filter(({ pid, tid, tdur }) => tdur > 0 && main.includes(`${pid}.${tid}`));
  const most = (key) => Math.round(Math.max(0, ...tasks.map((task) => task[key])) / 1000);
  return { cpu: most('tdur'), wall: most('dur'), tasks: tasks.length };
}

/** How much slower this machine is at this moment than the one that the figures in docs are from; 1 at least. */
export async function slowness(page) {
  const { cpu } = await longestTask(page, () => page.evaluate(yardstick));
  return Math.max(1, cpu / YARDSTICK_MS);
}
