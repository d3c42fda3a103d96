// The longest pause: whatever the reader asks for, the page answers in between. Measured is processor time of the
// longest task, against a yardstick that is measured beside it: a busy machine is slower, and the bound with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { caption, idle, linkTo, poll, ran, where } from './drive.mjs';
import { BASE, withPage } from './harness.mjs';
import { longestTask, slowness } from './tasks.mjs';

/** What the longest task may take, in milliseconds of the machine of the docs; what is done in one piece takes seconds. */
const PAUSE_MS = 200;

/** Does `act`, which has to leave the page idle, and fails when a task of it was too long. */
async function inBounds(page, what, act) {
  const before = await slowness(page);
  const { cpu, wall, tasks } = await longestTask(page, async () => {
    await act();
    await ran(page);
  });
  const factor = Math.max(before, await slowness(page));
  if (process.env.PAUSES) console.log(`  ${what}: ${cpu} ms of ${wall} in ${tasks} tasks, a machine ${factor.toFixed(2)} times slower`);
  assert.ok(tasks > 5, `${what}: ${tasks} tasks`);
  assert.ok(cpu < PAUSE_MS * factor, `${what}: ${cpu} ms on a machine ${factor} times slower`);
}

/** Replaces the script, of which the start may have been run, and runs it. */
async function run(page, script) {
  await page.fill('#script', script);
  await page.focus('#script');
  await page.keyboard.press('Control+Enter');
}

/** Runs each of some commands behind the others, one pause after the other. */
function commands(name, before, ...lines) {
  test(name, () => withPage(linkTo(before), async (page) => {
    await idle(page);
    let script = before;
    for (const line of lines) {
      script += `${line}\n`;
      await inBounds(page, line, () => run(page, script));
    }
    const { command } = await where(page);
    assert.equal(command, script.trim().split('\n').length, 'all was run');
  }));
}

commands('the largest machine boots, and what changed since is told', 'boot ram=256M\n', 'boot ram=8T', 'kernel: x = alloc_pages count=200000', 'expect vmstat.pgalloc_normal > 1', 'boot ram=8T cpus=2');
commands('a fragmented machine boots and compacts on behalf of a request', 'boot ram=256M\n', 'boot ram=32G preset=fragmented', 'kernel: a = alloc_pages order=9 gfp=GFP_HIGHUSER_MOVABLE !ENOMEM');
commands('gigabytes are touched, counted and given back', 'boot ram=8G thp=never\nspawn p\np: a = mmap 4G\n', 'p: touch a', 'cat /proc/p/smaps', 'expect smaps.p.Rss +4G', 'p: exit');
commands('all of 76 GB is compacted', 'boot ram=76G\nkernel: b = alloc_pages count=1000000\nkernel: free_pages b[0..500000]\n', 'echo 1 > /proc/sys/vm/compact_memory');
commands('sixty thousand areas are made, read and left', 'boot ram=8G\nspawn p\np: a = mmap 1G\n', 'p: munmap a 4K stride=8K count=60000', 'cat /proc/p/smaps', 'cat /proc/p/maps', 'p: exit');

test('panels of a process with sixty thousand areas are drawn', () =>
  withPage(`${linkTo('boot ram=8G\nspawn p\np: a = mmap 1G\np: munmap a 4K stride=8K count=60000\nsleep 1\n')}&panels=process,proc&sel=file%3A%2Fproc%2Fp%2Fsmaps`, async (page) => {
    await idle(page);
    await page.evaluate(() => document.activeElement.blur());
    await inBounds(page, 'step back', () => page.keyboard.press('ArrowLeft'));
  }));

test('a script of a hundred thousand commands is read and run', () =>
  withPage(linkTo('boot ram=512M thp=never\n'), async (page) => {
    await idle(page);
    const script = `boot ram=512M thp=never\n${'sleep 1\n'.repeat(99_999)}`;
    await inBounds(page, 'paste', () => page.evaluate((data) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', data);
      const box = document.querySelector('#script');
      box.focus();
      box.select();
      box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, script));
    await inBounds(page, 'run', () => page.keyboard.press('Control+Enter'));
    assert.equal((await where(page)).command, 100_000);
  }));

test('a link that inflates to a million empty lines opens', () =>
  withPage('', async (page) => {
    await idle(page);
    const link = `${BASE}?lines#s=${deflateRawSync(Buffer.from('\n'.repeat(1_000_000)), { level: 9 }).toString('base64url')}`;
    await inBounds(page, 'open', async () => {
      await page.goto(link);
      await page.waitForFunction(() => window.wasmBindings && document.querySelector('main'));
    });
  }));

/** Machines of terabytes are not copied: the way back over a command that kept no steps boots and runs again. */
const FAR = 'boot ram=8T thp=never\nspawn p\np: a = mmap 4G\np: touch a 2G\np: touch a+2G 2G\n';

test('a long way back tells how far it is, and given up it leaves all as it was', () =>
  withPage(linkTo(FAR), async (page) => {
    await idle(page);
    await page.evaluate(() => document.activeElement.blur());
    const [before, said] = [await where(page), await caption(page)];
    assert.equal(before.command, 5);
    const header = () => page.evaluate(() => document.querySelector('.left .ph [role=status]')?.textContent ?? '');
    await page.keyboard.press('Shift+ArrowLeft');
    const told = /going to command 4: \d+ of \d+ commands/;
    await poll(header, (text) => told.test(text), 'how far it is');
    assert.match(await caption(page), told, 'the caption says it too');
    await page.locator('.left .ph .btn.line').click();
    await idle(page);
    assert.deepEqual([await where(page), await caption(page)], [before, said]);
    // Gone to its end it arrives, in slices.
    await page.evaluate(() => document.activeElement.blur());
    await inBounds(page, 'seek', () => page.keyboard.press('Shift+ArrowLeft'));
    assert.equal((await where(page)).command, 4);
  }));

test('a command that is given up is taken back in slices', () =>
  withPage(linkTo(FAR.replace(/p: touch a\+.*\n/, '')), async (page) => {
    await idle(page);
    await inBounds(page, 'cancel', async () => {
      await run(page, FAR);
      await page.locator('.left .ph [role=status]').filter({ hasText: /command 5: [1-9]/ }).waitFor();
      await page.locator('.left .ph .btn.line').click();
    });
    assert.equal((await where(page)).command, 4);
    assert.match(await caption(page), /^cancelled after/);
  }));
