// What is under way has room for its words and a button to give it up, at any width.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idle, linkTo, poll, where } from './drive.mjs';
import { withPage } from './harness.mjs';

/** It takes long enough to be looked at. */
const RUNS = 'boot ram=128G thp=never\nspawn web\nweb: buf = mmap 64G\nweb: touch buf 64G\n';

const said = (page) => page.locator('.cap .why').innerText();

/** Words under way that are cut off, and buttons that cannot be reached. */
const cut = (page) => page.evaluate(() => [...document.querySelectorAll('.left .far, .cap .why, .cap > .btn, .left .ph > .btn')].flatMap((node) => {
  const box = node.getBoundingClientRect();
  if (box.width === 0 || getComputedStyle(node).visibility === 'hidden') return [];
  const around = node.parentElement.getBoundingClientRect();
  const isOut = box.right > Math.min(around.right, innerWidth) + 1 || box.left < around.left - 1 || box.bottom > around.bottom + 1 || box.top < around.top - 1;
  const isCut = node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline';
  return isOut || isCut ? [`${node.className} "${node.textContent}": ${JSON.stringify(box)} in ${JSON.stringify(around)}, ${node.scrollWidth} of ${node.clientWidth}`] : [];
}));

for (const { lang, far } of [
  { lang: 'en', far: /(command \d+|going to command \d+): [\d\u2009]+ of [\d\u2009]+ (pages|commands)/ },
  { lang: 'zh-CN', far: /第 \d+ 条命令：[\d\u2009]+ (页|条命令)中的 [\d\u2009]+ (页|条)/ },
]) {
  test(`what is under way has room for its words and its button at any width, ${lang}`, () =>
    withPage(`${linkTo(RUNS)}&lang=${lang}`, async (page) => {
      await poll(() => said(page), (text) => far.test(text), 'numbers');
      for (const width of [1440, 1000, 900, 700, 390]) {
        await page.setViewportSize({ width, height: 900 });
        if (width < 900 && width !== 390) await page.locator('.for-script').first().click();
        await poll(() => cut(page), (problems) => problems.length === 0, `uncut at ${width} px`);
        assert.ok(await page.locator('.cap > .btn').isVisible(), `a way out at ${width} px`);
      }
      await page.locator('.cap > .btn').click();
      await idle(page);
      assert.equal((await where(page)).command, 3);
    }));
}
