// Files that a reader drops on the page or opens: scripts, and what is none.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FAULT, assertAccessible, idle, linkTo, poll, run, where } from './drive.mjs';
import { PHONE, withPage } from './harness.mjs';

const REPORT = 'x: page allocation failure: order:4, mode:0x20\nLinux version 4.18.0\nMem-Info:\n';
const FILES = {
  'good.mm': 'boot ram=1G\nspawn dropped\n',
  'bad.mm': 'boto\n',
  'report.txt': REPORT,
  'damaged.txt': Buffer.concat([Buffer.from(REPORT), Buffer.from([0xfc, 0x0a])]),
  'latin1.mm': Buffer.from('boot\n# caf\xe9\n', 'latin1'),
  'large.mm': '#\n'.repeat(600_000),
  'marked.mm': '\ufeffboot ram=256M\n',
};

let folder;
const at = (name) => join(folder, name);
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mmscope-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(at(name), content);
  await mkdir(at('folder.mm'));
});
after(() => rm(folder, { recursive: true }));

/** Drags as the system does, with what stands on the disk. */
async function drag(page, types, names) {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: names.map(at), dragOperationsMask: 1 };
  for (const type of types) await client.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  await client.detach();
}
const drop = (page, ...names) => drag(page, ['dragEnter', 'dragOver', 'drop'], names);
const script = (page) => page.inputValue('#script');
const becomes = (page, text) => poll(() => script(page), (now) => now === text, 'the script in the editor');
const told = (page, words) => poll(() => page.locator('.notice').allInnerTexts(), ([text]) => words.test(text ?? ''), String(words));
const menu = (page) => page.locator('.left details.menu summary');
const choose = async (page, name) => {
  await menu(page).click();
  await page.getByRole('button', { name, exact: true }).click();
};

test('a file that is held over the page is told where it goes, in both languages', async () => {
  for (const [lang, words] of [['en', 'Drop a script to open it'], ['zh-CN', '松开鼠标即可打开脚本']]) {
    await withPage(linkTo(FAULT, `lang=${lang}`), async (page) => {
      await idle(page);
      const state = page.locator('.dropping');
      await drag(page, ['dragEnter', 'dragOver'], ['good.mm']);
      await poll(() => state.allInnerTexts(), ([text]) => text === words, 'the drop state');
      await assertAccessible(page);
      // The browser says nothing of a drag that is given up inside the page; one that leaves it names no element.
      await drag(page, ['dragCancel'], ['good.mm']);
      await page.mouse.move(400, 400);
      await poll(() => state.count(), (count) => count === 0, 'the end of the drop state');
      await drag(page, ['dragEnter', 'dragOver'], ['good.mm']);
      await poll(() => state.count(), (count) => count === 1, 'the drop state again');
      await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true, relatedTarget: document.querySelector('main') })));
      await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragenter', { bubbles: true })));
      assert.equal(await state.count(), 1, 'it is over the page still');
      await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })));
      await poll(() => state.count(), (count) => count === 0, 'the end of the drop state');
      assert.equal(await script(page), FAULT);
    });
  }
});

test('a script that is dropped waits to be run, and what was there comes back', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    const ran = await where(page);
    const edit = `${FAULT}spawn mine\n`;
    await page.fill('#script', edit);
    await drop(page, 'good.mm');
    await becomes(page, FILES['good.mm']);
    assert.equal(await menu(page).innerText(), 'good.mm');
    assert.equal(await page.locator('.dropping').count(), 0);
    assert.deepEqual(await where(page), ran, 'nothing has run');
    await choose(page, 'Undo run');
    await becomes(page, edit);
    await choose(page, 'Redo run');
    await becomes(page, FILES['good.mm']);
    assert.deepEqual(await where(page), ran, 'what was not run comes back as an edit');
    await page.focus('#script');
    await page.keyboard.press('Control+Enter');
    await idle(page);
    await poll(() => page.locator('.brand').innerText(), (text) => /1 GiB/.test(text), 'its machine');
  }));

test('a script with mistakes is one, a byte-order mark is no part of it, and of several files the first counts', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    await drop(page, 'bad.mm', 'good.mm');
    await becomes(page, FILES['bad.mm']);
    await told(page, /first of these files/);
    await drop(page, 'marked.mm');
    await becomes(page, 'boot ram=256M\n');
    assert.equal(await page.locator('.notice').count(), 0);
  }));

const NONE = [
  ['report.txt', /^This is no script but a page allocation failure report of a 4\.18 kernel: reading it is not built yet\.$/m, /^这不是脚本，而是 4\.18 内核的页分配失败报告：尚不能读取。$/m],
  ['damaged.txt', /failure report of a 4\.18 kernel.*; line 4 is not UTF-8\.$/m, /页分配失败报告.*；第 4 行不是 UTF-8。$/m],
  ['latin1.mm', /^Line 2 is no text in UTF-8\.$/m, /^第 2 行不是 UTF-8 文本。$/m],
  ['large.mm', /more than 1.048.576 bytes/, /超过 1.048.576 字节/],
  ['folder.mm', /not a folder/, /文件夹/],
];

for (const [lang, column] of [['en', 1], ['zh-CN', 2]]) {
  test(`what is no script is told in one sentence that can be closed, and leaves the editor as it is, ${lang}`, () =>
    withPage(linkTo(FAULT, `lang=${lang}`), async (page) => {
      await idle(page);
      const edit = `${FAULT}spawn mine\n`;
      await page.fill('#script', edit);
      for (const row of NONE) {
        await drop(page, row[0]);
        await told(page, row[column]);
        assert.equal(await script(page), edit);
        await page.locator('.notice button').click();
        assert.equal(await page.locator('.notice').count(), 0);
      }
    }));
}

test('a file that is chosen in the menu is told apart in the same way', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    for (const [name, words] of NONE.filter(([name]) => name !== 'folder.mm')) {
      await page.setInputFiles('input[type=file]', at(name));
      await told(page, words);
      assert.equal(await script(page), FAULT);
      await page.keyboard.press('Escape');
      await poll(() => page.locator('.notice').count(), (count) => count === 0, 'closed by Escape');
    }
    await page.fill('#script', 'boto mine\n');
    for (const name of ['good.mm', 'good.mm']) {
      await page.setInputFiles('input[type=file]', at(name));
      await becomes(page, FILES[name]);
      await idle(page);
      await run(page, 'boot ram=256M\n');
    }
    for (let left = 4; left > 0; left -= 1) {
      await choose(page, 'Undo run');
      await idle(page);
      if (await script(page) === 'boto mine\n') break;
    }
    assert.equal(await script(page), 'boto mine\n', 'an edit that did not run comes back');
    assert.equal(await page.locator('.left .btn.sm.go').count(), 1, 'and waits to be run');
  }));

test('where the script is a drawer, a dropped one opens it', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    await drop(page, 'good.mm');
    await becomes(page, FILES['good.mm']);
    await page.locator('#script').waitFor({ state: 'visible' });
  }, PHONE));

test('a text that is dragged is the editor\'s, and a figure in somebody else\'s page takes no file', async () => {
  const handled = (page, selector, fill) => page.locator(selector).first().evaluate((node, put) => {
    const data = new DataTransfer();
    if (put === 'text') data.setData('text/plain', 'spawn dragged');
    else data.items.add(new File(['boot\n'], 'a.mm'));
    return ['dragenter', 'dragover', 'drop'].map((type) =>
      !node.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })));
  }, fill);
  await withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    assert.deepEqual(await handled(page, '#script', 'text'), [false, false, false]);
    assert.equal(await page.locator('.dropping').count(), 0);
    assert.deepEqual(await handled(page, '#script', 'file'), [true, true, true]);
    await becomes(page, 'boot\n');
  });
  await withPage(`?embed=1&view=translate${linkTo(FAULT)}`, async (page) => {
    await page.locator('.emb .panel').waitFor();
    assert.deepEqual(await handled(page, '.emb', 'file'), [false, false, false]);
  });
});
