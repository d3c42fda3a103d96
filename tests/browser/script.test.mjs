// Writing scripts: what is said about mistakes, what is kept, what is run, what is refused.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FAULT, consoleLines, dot, idle, linkTo, poll, ran, run, where } from './drive.mjs';
import { withPage } from './harness.mjs';

const FOLDER = new URL('../../web/lessons/', import.meta.url);
const LESSONS = readdirSync(FOLDER).sort();
const menu = (page) => page.locator('.left details.menu summary');

test('a mistake is explained under the script, and what was run stays run', () =>
  withPage(linkTo('boot ram=256M\nspawn web\n'), async (page) => {
    await idle(page);
    const before = await consoleLines(page);
    await run(page, 'boot ram=256M\nspawn web\nweb: buf = mmpa 16M\n');
    const error = page.locator('#script-errors p');
    assert.match(await error.innerText(), /line 3, column 12: .*mmap/s, 'it names the nearest word');
    assert.equal(await page.locator('.lines .wrong').innerText(), 'mmpa');
    assert.equal(await dot(page, 3), 'bang');
    assert.equal(await page.getAttribute('#script', 'aria-invalid'), 'true');
    const [box, text] = await Promise.all([page.locator('.script').boundingBox(), error.boundingBox()]);
    assert.ok(text.y >= box.y + box.height - 1 && text.y < box.y + box.height + 20, 'the explanation covers no line of the script');
    assert.deepEqual(await consoleLines(page), before);
    await run(page, 'boot ram=256M\nspawn web\nweb: buf = mmap\n');
    assert.match(await error.innerText(), /line 3.*expected/is);
    await run(page, 'boot ram=256M\nspawn web\nweb: buf = mmap 16M\n');
    assert.equal(await error.count(), 0);
    assert.equal((await where(page)).commands, 3);
  }));

test('an unexpected signal stops the script with a cross', () =>
  withPage(linkTo('boot ram=256M\nspawn web\nweb: write 0x0\nspawn later\n'), async (page) => {
    await idle(page);
    const at = await where(page);
    assert.deepEqual([at.command, at.commands], [3, 4]);
    assert.equal(await dot(page, 3), 'cross');
    assert.equal(await dot(page, 4), 'ahead');
    assert.match((await consoleLines(page)).join('\n'), /✕? ?.*SIGSEGV/);
    assert.ok(!(await consoleLines(page)).some((line) => line.startsWith('spawn later')), 'nothing ran after it');
    assert.equal(await page.locator('.cells .cell.failed').count(), 1);
    assert.equal(await page.locator('.cells .cell').nth(3).isDisabled(), true);
  }));

test('an expected signal is a result like any other', () =>
  withPage(linkTo('boot ram=256M\nspawn web\nweb: write 0x0 !SIGSEGV\nspawn later\n'), async (page) => {
    await idle(page);
    const at = await where(page);
    assert.deepEqual([at.command, at.commands], [4, 4]);
    assert.equal(await dot(page, 3), 'ok');
    assert.equal(await page.locator('.cells .cell em').innerText(), 'SIGSEGV');
    assert.equal(await page.locator('.cells .cell.failed').count(), 0);
  }));

test('an expectation that fails stops the script and says what was found', () =>
  withPage(linkTo('boot ram=256M\nspawn web\nexpect maps.web +99\nspawn later\n'), async (page) => {
    await idle(page);
    assert.equal((await where(page)).command, 3);
    assert.equal(await dot(page, 3), 'cross');
    assert.match((await consoleLines(page)).join('\n'), /99/);
  }));

test('the script is saved as a file and read from one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mmscope-'));
  try {
    await withPage(linkTo(FAULT), async (page) => {
      await idle(page);
      await menu(page).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as file' }).click()]);
      assert.match(download.suggestedFilename(), /\.mm$/);
      const saved = join(folder, 'saved.mm');
      await download.saveAs(saved);
      assert.equal(await readFile(saved, 'utf8'), FAULT);
      const other = join(folder, '另一个.mm');
      await writeFile(other, '# 注释\nboot ram=1G\n');
      await page.setInputFiles('input[type=file]', other);
      await poll(() => page.inputValue('#script'), (text) => text === '# 注释\nboot ram=1G\n', 'the file in the editor');
      await idle(page);
      await poll(() => page.locator('.brand').innerText(), (text) => /1 GiB/.test(text), 'the machine of the new script');
      assert.equal(await menu(page).innerText(), '另一个.mm');
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a reload without a link keeps the script, run or not', () =>
  withPage('', async (page) => {
    await idle(page);
    await page.fill('#script', 'boot ram=1G\nspawn kept\n');
    await poll(() => page.evaluate(() => Object.values(localStorage)), (values) => values.some((text) => text.includes('spawn kept')), 'stored');
    await page.goto(new URL('.', page.url()).href);
    // A page that is left while it loads reports that its module came to an end.
    await idle(page);
    await page.reload();
    await idle(page);
    assert.equal(await page.inputValue('#script'), 'boot ram=1G\nspawn kept\n');
    assert.equal((await where(page)).commands, 2);
  }));

test('runs can be undone and done again', () =>
  withPage(linkTo('boot ram=256M\n'), async (page) => {
    await idle(page);
    await run(page, 'boot ram=1G\nspawn a\n');
    const choose = async (name) => {
      await menu(page).click();
      await page.getByRole('button', { name, exact: true }).click();
      await ran(page);
    };
    await choose('Undo run');
    assert.equal(await page.inputValue('#script'), 'boot ram=256M\n');
    assert.match(await page.locator('.brand').innerText(), /256 MiB/);
    await choose('Redo run');
    assert.equal(await page.inputValue('#script'), 'boot ram=1G\nspawn a\n');
    await menu(page).click();
    assert.equal(await page.getByRole('button', { name: 'Redo run' }).isDisabled(), true);
  }));

test('the prompt runs one command, completes, and remembers', () =>
  withPage(linkTo('boot ram=256M\nspawn web\n'), async (page) => {
    await idle(page);
    const prompt = page.locator('#prompt input');
    await prompt.click();
    await page.keyboard.type('web: b = mm');
    await page.keyboard.press('Tab');
    assert.equal(await prompt.inputValue(), 'web: b = mmap ');
    await page.keyboard.type('16K');
    await page.keyboard.press('Enter');
    await ran(page);
    assert.equal(await page.inputValue('#script'), 'boot ram=256M\nspawn web\nweb: b = mmap 16K\n');
    assert.equal(await prompt.inputValue(), '');
    assert.equal((await where(page)).commands, 3);
    assert.equal(await prompt.evaluate((input) => input === document.activeElement), true, 'the prompt keeps the focus');
    await page.keyboard.press('ArrowUp');
    assert.equal(await prompt.inputValue(), 'web: b = mmap 16K');
    await page.keyboard.press('ArrowUp');
    assert.equal(await prompt.inputValue(), 'spawn web');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await prompt.inputValue(), '');
  }));

for (const name of LESSONS) {
  test(`lesson ${name} runs in the page and every expectation holds`, async () => {
    const script = await readFile(new URL(name, FOLDER), 'utf8');
    await withPage(linkTo(script), async (page) => {
      await idle(page);
      const at = await where(page);
      assert.equal(at.command, at.commands, (await consoleLines(page)).slice(-4).join('\n'));
      assert.equal(await page.locator('.cells .cell.failed').count(), 0);
      assert.equal(await page.locator('.lines u.cross').count(), 0);
    });
  });
}

test('nothing that is typed becomes HTML', () =>
  withPage('', async (page) => {
    await idle(page);
    const hostile = '<img src=x onerror="window.owned=1">';
    const owned = () => page.evaluate(() => [window.owned, document.querySelectorAll('img, script:not([type]), [onerror]').length]);
    const clean = await owned();
    await run(page, `# ${hostile}\nboot ram=256M\nspawn ${hostile}\n`);
    assert.match(await page.locator('#script-errors').innerText(), /line 3/);
    await run(page, `# ${hostile}\nboot ram=256M\ncat /proc/${hostile}\n`);
    await run(page, `# ${hostile}\nboot ram=256M\nspawn web\nweb: x = mmap 16K file=${hostile}\n`);
    await page.fill('#find', hostile);
    await page.focus('#find');
    await page.keyboard.press('Enter');
    await page.fill('#prompt input', hostile);
    await page.evaluate((text) => { location.hash = `#sel=${encodeURIComponent(`vma:${text}/1000`)}&panels=proc`; }, hostile);
    await poll(() => page.locator('.tab[aria-pressed="true"]').count(), (count) => count === 1, 'the address followed');
    assert.deepEqual(await owned(), clean);
    assert.equal(clean[0], undefined);
    assert.equal(await page.locator('img').count(), 0);
  }));

test('a line of a million characters is refused in words', () =>
  withPage('', async (page) => {
    await idle(page);
    await run(page, 'boot ram=256M\n');
    await paste(page, `boot ram=256M\n${'x'.repeat(1_000_000)}\n`);
    await poll(() => page.locator('.notice').allInnerTexts(), ([text]) => /Line 2 .* 4.096 bytes/.test(text ?? ''), 'the limit');
    assert.equal(await page.inputValue('#script'), 'boot ram=256M\n', 'what was there stays');
    await run(page, 'boot ram=512M\n');
    assert.equal(await page.locator('.notice').count(), 0);
  }));

/** Puts a long text into the editor as a paste does; typing it would take the browser minutes. */
const paste = (page, text) => page.locator('#script').evaluate((area, value) => {
  area.value = value;
  area.dispatchEvent(new InputEvent('input', { bubbles: true }));
  area.focus();
}, text);

test('a hundred thousand commands run, and the page answers meanwhile', () =>
  withPage('', async (page) => {
    await idle(page);
    await paste(page, `boot ram=256M\nspawn p\n${`p: ${'pages 0;'.repeat(20)}\n`.repeat(4_999)}`);
    await page.keyboard.press('Control+Enter');
    await poll(() => page.locator('.left .ph [role=status]').allInnerTexts(), ([text]) => /command \d{3}/.test(text ?? ''), 'hundreds of commands done');
    // Given up half-way, what was run stays run and can be stepped through.
    await page.locator('.cap').getByRole('button', { name: 'Cancel' }).click();
    await idle(page);
    const at = await where(page);
    assert.equal(at.commands, 2 + 20 * 4_999);
    assert.ok(at.command > 100, JSON.stringify(at));
    await run(page, 'boot ram=1G\n');
    await poll(() => page.locator('.brand').innerText(), (text) => /1 GiB/.test(text), 'the machine of the new script');
  }));

test('a script over the limit is refused in words', () =>
  withPage('', async (page) => {
    await idle(page);
    await paste(page, `boot ram=256M\n${'# '.repeat(600_000)}`);
    await poll(() => page.locator('.notice').allInnerTexts(), ([text]) => /1.048.576 bytes/.test(text ?? ''), 'the limit');
    await run(page, 'boot ram=1G\n');
    await poll(() => page.locator('.brand').innerText(), (text) => /1 GiB/.test(text), 'the machine of the new script');
  }));

test('a long command shows how far it is, lets the page live, and can be given up', () =>
  withPage('', async (page) => {
    await idle(page);
    await page.fill('#script', 'boot ram=12G; spawn p; p: a = mmap 10G; p: touch a\nspawn later\n');
    await page.focus('#script');
    await page.keyboard.press('Control+Enter');
    // In the page, which draws and answers between two slices of work: from here the command could be over before the next question.
    const seen = await page.evaluate(async () => {
      const waited = async (what, frames) => {
        for (let left = 600; left > 0 && (frames > 0 || !what()); left -= 1, frames -= 1) await new Promise(requestAnimationFrame);
        return what();
      };
      const status = () => document.querySelector('.left .ph [role=status]')?.textContent ?? '';
      const far = await waited(() => /command 4: [\d\u2009]+ of [\d\u2009]+ pages/.test(status()), 0);
      const tab = [...document.querySelectorAll('.tab')].find((node) => node.textContent.includes('Process'));
      tab.click();
      const opened = await waited(() => tab.getAttribute('aria-pressed') === 'true', 5);
      const cancel = [...document.querySelectorAll('.left .ph button')].find((node) => node.textContent === 'Cancel');
      cancel?.click();
      return { far, opened, cancelled: Boolean(cancel) };
    });
    assert.deepEqual(seen, { far: true, opened: true, cancelled: true });
    await idle(page);
    assert.equal(await dot(page, 2), 'ahead', 'what follows is not run');
    const at = await where(page);
    assert.ok(at.command <= 4 && at.commands === 5, JSON.stringify(at));
    await run(page, 'boot ram=256M\nspawn p\n');
    assert.equal((await where(page)).command, 2);
  }));

test('the same long command ends with coarse detail when it is left alone', () =>
  withPage(linkTo('boot ram=2G\nspawn p\np: a = mmap 1G\np: touch a\n'), async (page) => {
    await idle(page);
    const at = await where(page);
    assert.deepEqual([at.command, at.commands], [4, 4]);
    assert.match(await page.locator('.calls').evaluate((node) => node.textContent), /detail off, [\d\u2009]+ steps/);
  }));
