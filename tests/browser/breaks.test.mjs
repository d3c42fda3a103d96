// When the model breaks: what the reader is told, what is kept, and that it does not come back by itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPEARANCES, FAULT, idle, inAddress, linkTo, poll, run, standsAt, where } from './drive.mjs';
import { BASE, axeViolations, openPage, ready, withPage } from './harness.mjs';

const embedded = (page) => page.locator('.emb .panel').first().waitFor();
const bar = (page) => page.locator('.broke');
const remark = (page) => page.locator('.notice');

/** The report in the console and the uncaught error are what these tests ask for. */
function expectBreak(watch) {
  assert.ok(watch.consoleErrors.some((text) => /mmscope/.test(text)), 'the report is in the console');
  watch.consoleErrors.length = 0;
  watch.pageErrors.length = 0;
}

async function reload(page) {
  await Promise.all([page.waitForEvent('load'), bar(page).getByRole('button').last().click()]);
  await ready(page);
}

/** Another visit to `/` on the same device. */
async function visit(page) {
  const next = await page.context().newPage();
  await next.goto(BASE);
  await ready(next);
  await idle(next);
  return next;
}

// No panic can be asked for from outside: a document that refuses to take nodes makes one.
const refuseNodes = (page) => page.evaluate(() => {
  const { insertBefore, appendChild } = Node.prototype;
  const refuse = () => {
    Object.assign(Node.prototype, { insertBefore, appendChild });
    throw new DOMException('refused by the test');
  };
  Object.assign(Node.prototype, { insertBefore: refuse, appendChild: refuse });
});

// Nor can a trap: a clock throws one when a slice of a run, which is a timer's work, looks at it.
const trap = () => {
  const { setTimeout } = window;
  const now = performance.now.bind(performance);
  let isTimer = false;
  window.setTimeout = (then, ...rest) => setTimeout(() => {
    isTimer = true;
    try { then(); } finally { isTimer = false; }
  }, ...rest);
  performance.now = () => {
    if (isTimer && localStorage.getItem('test.trap')) throw new WebAssembly.RuntimeError('unreachable');
    return now();
  };
};

test('a picture that breaks is told with its step, and no visit goes to that step again', () =>
  withPage(linkTo(FAULT), async (page, watch) => {
    await idle(page);
    await page.evaluate(() => document.activeElement.blur());
    const { step } = await where(page);
    await inAddress(page, 'at', '4:end');
    await refuseNodes(page);
    // Another panel: new nodes.
    await page.keyboard.press('4');
    await bar(page).waitFor();
    assert.equal(await bar(page).getAttribute('role'), 'alert');
    assert.match(await bar(page).innerText(), new RegExp(`broke at step 4\\.${step}`));
    expectBreak(watch);
    await reload(page);
    await idle(page);
    assert.equal(await page.inputValue('#script'), FAULT);
    await standsAt(page, 4, step - 1);
    assert.equal(await bar(page).count(), 0);
    assert.match(await remark(page).innerText(), new RegExp(`4\\.${step}`));
    const later = await visit(page);
    await standsAt(later, 4, step - 1);
    // The reader runs it, and it goes well: nothing is held against it any more.
    await later.getByRole('button', { name: 'Run', exact: true }).click();
    await poll(() => remark(later).count(), (count) => count === 0, 'no remark');
    await idle(later);
    await standsAt(await visit(page), 4, step);
  }));

test('memory that runs out ends in a bar, and a reload stops before the command', () =>
  withPage(linkTo('boot ram=1G thp=never\nspawn web\nweb: buf = mmap 512M\n'), async (page, watch) => {
    await idle(page);
    const script = 'boot ram=1G thp=never\nspawn web\nweb: buf = mmap 512M\nweb: touch buf 512M\nsleep 1s\n';
    await page.fill('#script', script);
    // All that a module can have is taken: the next large piece is refused, as on a device without memory.
    await page.evaluate(() => {
      for (let pages = 65536; pages >= 1;) {
        try { window.wasm.memory.grow(pages); } catch { pages /= 2; }
      }
    });
    await page.focus('#script');
    await page.keyboard.press('Control+Enter');
    await bar(page).waitFor({ timeout: 30_000 });
    assert.match(await bar(page).innerText(), /command 4.*memory/);
    expectBreak(watch);
    await reload(page);
    await idle(page);
    assert.equal(await page.inputValue('#script'), script);
    assert.equal((await where(page)).command, 3, 'all before it has run');
    assert.match(await remark(page).innerText(), /Command 4/);
    assert.equal((await where(await visit(page))).command, 3, 'at every visit');
    await page.fill('#script', script.replace('512M\nsleep', '1M\nsleep'));
    assert.equal(await remark(page).count(), 0);
    await page.focus('#script');
    await page.keyboard.press('Control+Enter');
    await poll(() => where(page), ({ command }) => command === 5, 'the mended script has run');
  }, { init: () => addEventListener('TrunkApplicationStarted', (event) => { window.wasm = event.detail.wasm; }) }));

// Without panels: one of them looks at the clock too.
test('a script that breaks again after that is shown, and runs when the reader says so', () =>
  withPage(linkTo(FAULT, 'panels=none'), async (page, watch) => {
    await idle(page);
    await page.evaluate(() => localStorage.setItem('test.trap', '1'));
    await page.reload();
    await bar(page).waitFor();
    // Nothing has run yet that could be run again: the second visit runs nothing that could break.
    await reload(page);
    await idle(page);
    assert.equal(await bar(page).count(), 0);
    assert.equal(await page.inputValue('#script'), FAULT);
    assert.equal((await where(page)).command, 0);
    assert.ok(await remark(page).isVisible());
    expectBreak(watch);
    await page.evaluate(() => localStorage.removeItem('test.trap'));
    const later = await visit(page);
    assert.equal((await where(later)).command, 0);
    await later.getByRole('button', { name: 'Run', exact: true }).click();
    await poll(() => where(later), ({ command }) => command === 4, 'all of it has run');
    assert.equal(await remark(later).count(), 0);
    assert.equal((await where(await visit(page))).command, 4);
  }, { init: trap }));

const LONG = 'boot ram=128G thp=never\nspawn web\nweb: buf = mmap 64G\nweb: touch buf 64G\n';
const isLong = (page) => page.waitForFunction(() => localStorage.getItem('mmscope.running'));

test('a tab that dies in the middle of a command stops before it at the next visit', async () => {
  const { page } = await openPage(linkTo(LONG));
  const context = page.context();
  await isLong(page);
  const next = await context.newPage();
  const session = await context.newCDPSession(page);
  session.send('Page.crash').catch(() => {});
  await page.waitForEvent('crash');
  await next.goto(BASE);
  await ready(next);
  await idle(next);
  assert.equal(await next.inputValue('#script'), LONG);
  assert.equal((await where(next)).command, 3);
  assert.match(await remark(next).innerText(), /Command 4/);
  await context.close();
});

test('a page that is left in the middle of a command has not broken', () =>
  withPage(linkTo(LONG), async (page) => {
    await isLong(page);
    await page.goto('about:blank');
    await page.goto(`${BASE}${linkTo(FAULT)}`);
    await ready(page);
    await idle(page);
    assert.deepEqual(await page.evaluate(() => [localStorage.getItem('mmscope.running'), localStorage.getItem('mmscope.broke')]), [null, null]);
    assert.equal(await remark(page).count(), 0);
  }));

test('a figure that breaks says so and leaves nothing in the storage of the page that it is from', () =>
  withPage(`?embed=1&view=buddy${linkTo(FAULT)}`, async (page, watch) => {
    await refuseNodes(page);
    await page.getByRole('button', { name: 'To the start' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await bar(page).waitFor();
    expectBreak(watch);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    await Promise.all([page.waitForEvent('load'), bar(page).getByRole('button').last().click()]);
    await embedded(page);
    assert.equal(await bar(page).count(), 0);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  }, { wait: embedded }));

test('a figure without a script shows the first example, whatever its reader ran elsewhere', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    await run(page, `${FAULT}# mine\n`);
    const figure = await page.context().newPage();
    await figure.goto(`${BASE}?embed=1&view=buddy`);
    await embedded(figure);
    await poll(() => figure.locator('.emb .eh code').innerText(), (text) => text.includes('0x167123'), 'the first example');
  }));

const violations = async (page, where) => (await axeViolations(page)).filter(({ nodes }) => nodes.some((node) => where.test(node)));

for (const { lang, theme } of APPEARANCES) {
  test(`bar and remark are accessible, ${lang}, ${theme}`, () =>
    withPage(`${linkTo(FAULT)}&lang=${lang}&theme=${theme}`, async (page, watch) => {
      await idle(page);
      await page.evaluate(() => document.activeElement.blur());
      await refuseNodes(page);
      await page.keyboard.press('4');
      await bar(page).waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      assert.equal(/[\u4e00-\u9fff]/.test(await bar(page).innerText()), lang !== 'en');
      assert.deepEqual(await violations(page, /broke/), []);
      expectBreak(watch);
      await reload(page);
      await idle(page);
      assert.equal(/[\u4e00-\u9fff]/.test(await remark(page).innerText()), lang !== 'en');
      await page.screenshot({ path: process.env.SHOT && `${process.env.SHOT}-${lang}-${theme}.png` });
      assert.deepEqual(await violations(page, /notice/), []);
    }));
}
