// Long scripts: opened, pasted, scrolled, typed in and run without a pause that a reader feels.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { idle, poll, where } from './drive.mjs';
import { withPage } from './harness.mjs';

const LINES = 100_000;
/** A page that is drawn line by line takes fifty seconds. */
const FROZEN_MS = 5000;
/** As many commands as a script can have, in a little less than a megabyte. */
const COMMANDS = `boot ram=512M thp=never\n${'sleep 1\n'.repeat(LINES - 1)}`;
const packed = (text) => `#s=${deflateRawSync(Buffer.from(text), { level: 9 }).toString('base64url')}`;

/** Tasks longer than 50 ms, as the browser counts them, from the first script on. */
const watchTasks = () => {
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))))
    .observe({ type: 'longtask', buffered: true });
};
/**
 * Fails when the longest task since the last call froze the page, or when more of the script is
 * drawn than is seen. Machines differ and are busy: the pause itself is measured, not tested.
 */
async function inBounds(page, what) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))));
  const { pause, nodes, lines } = await page.evaluate(() => ({
    pause: Math.max(0, ...window.tasks.splice(0)),
    nodes: document.querySelectorAll('.lines *, .cells *, .out *').length,
    lines: document.querySelector('#script').value.split('\n').length,
  }));
  if (process.env.PAUSES) console.log(`  ${what}: ${pause} ms`);
  assert.ok(pause < FROZEN_MS, `${what}: ${pause} ms`);
  assert.ok(nodes < 3000, `${nodes} nodes`);
  assert.ok(lines < 4000, `${lines} lines laid out`);
}

const line = (page) => page.locator('.lines pre i').first().innerText();
const scrollTo = (page, share) => page.locator('.script').evaluate((box, part) => { box.scrollTop = box.scrollHeight * part; }, share);

async function paste(page, text) {
  await page.focus('#script');
  await page.evaluate((data) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', data);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.querySelector('#script').dispatchEvent(event);
  }, text);
}

test('a link that inflates to a million empty lines opens at once, and they can be typed in', () =>
  withPage(packed('\n'.repeat(1_000_000)), async (page) => {
    await idle(page);
    await inBounds(page, 'open');
    await scrollTo(page, 0.5);
    await poll(() => line(page), (first) => Number(first) > 400_000, 'the middle is drawn');
    const box = await page.locator('.script').boundingBox();
    await page.mouse.click(box.x + 100, box.y + box.height / 2);
    await page.keyboard.type('boot ram=1G');
    await poll(() => page.locator('.lines pre').innerText(), (text) => text.includes('boot ram=1G'), 'typed');
    await inBounds(page, 'scroll, click, type');
  }, { init: watchTasks }));

test('a link that inflates to more than a script is refused in a sentence', () =>
  withPage(packed('\n'.repeat(50 << 20)), async (page) => {
    await idle(page);
    assert.match(await page.locator('.notice').innerText(), /more than 1.048.576 bytes/);
    await page.getByRole('button', { name: 'Close' }).first().click();
    assert.equal(await page.locator('.notice').count(), 0);
    assert.match(await page.inputValue('#script'), /^# The CPU/, 'the page is as without a link');
  }, { init: watchTasks }));

test('a hundred thousand commands open by link, run, scroll and are typed in', () =>
  withPage(packed(COMMANDS), async (page) => {
    await poll(() => page.locator('.cells').count(), Boolean, 'drawn');
    await inBounds(page, 'open');
    await page.waitForFunction(() => !document.querySelector('.left .ph [role=status]'), null, { timeout: 100_000 });
    await inBounds(page, 'run');
    assert.equal((await where(page)).command, LINES);
    for (const share of [0, 0.3, 0.6, 1, 0.5]) {
      await scrollTo(page, share);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    }
    await inBounds(page, 'scroll');
    await page.focus('#script');
    await page.evaluate(() => document.querySelector('#script').setSelectionRange(4000, 4000));
    await page.keyboard.type('# typed here');
    await poll(() => page.inputValue('#script'), (text) => text.includes('# typed here'), 'typed');
    await inBounds(page, 'type');
    await page.keyboard.press('ArrowLeft');
    await inBounds(page, 'rest');
  }, { init: watchTasks }));

test('a hundred thousand commands are pasted, and all of them selected, copied and replaced', () =>
  withPage('', async (page) => {
    await idle(page);
    await page.focus('#script');
    await page.keyboard.press('Control+a');
    await paste(page, COMMANDS);
    await poll(() => page.locator('.lines').evaluate((sheet) => sheet.style.getPropertyValue('--lines')), (count) => Number(count) > LINES, 'all of them there');
    await inBounds(page, 'paste');
    await page.keyboard.press('Control+a');
    const copied = await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      document.querySelector('#script').dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
      return clipboardData.getData('text/plain');
    });
    assert.equal(copied.length, COMMANDS.length);
    await page.keyboard.type('boot');
    assert.equal(await page.inputValue('#script'), 'boot', 'all was replaced');
    await paste(page, 'x'.repeat(1 << 21));
    assert.match(await page.locator('.notice').innerText(), /was not taken/);
    assert.equal(await page.inputValue('#script'), 'boot');
  }, { init: watchTasks }));
