// Chinese is complete, and the switch changes words and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT, PANELS, caption, idle, inAddress, linkTo, poll, where } from './drive.mjs';
import { withPage } from './harness.mjs';

/** Words that stay as they are: the kernel's, the language's, units, names. */
const KERNEL = new RegExp([
  'mmscope', 'Linux', 'MiB', 'GiB', 'KiB', 'ns', 'x86-64', 'i386', 'CPU', 'TLB', 'CR3', 'PGD', 'PUD', 'PMD', 'PTE', 'P4D', 'NX',
  'DMA32', 'DMA', 'Normal', 'Movable', 'HighMem', 'min', 'low', 'high', 'zone', 'struct page', 'EN', 'Space', 'Home', 'End', 'Esc', 'Ctrl', 'Enter',
  'PFN', 'VMA', 'LRU', 'RW?X?', 'root', 'mm', 'swap', 'page', 'list', 'anon', 'file', 'struct slab',
].map((word) => `^${word}$`).join('|'), 'i');

/** The texts of the page but for scripts, console, /proc files, code and what is the kernel's own words. */
function words(page) {
  return page.evaluate(() => {
    const skipped = 'script, style, textarea, pre, code, kbd, .out, .m, .prompt, .calls svg, .cell, .ops, [lang], .w, .pf b, .flags, .maps, .procfile, option, .blk, title, .fn';
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      // `[lang]` is for parts in the other language; the root has one too and is no such part.
      if (!parent.closest(skipped.replace('[lang]', 'body [lang]')) && node.data.trim()) texts.push(node.data.trim());
    }
    for (const name of ['aria-label', 'title', 'placeholder']) {
      for (const node of document.querySelectorAll(`body [${name}]:not([lang], .calls *, .cell)`)) texts.push(node.getAttribute(name));
    }
    return texts;
  });
}

/** Words that follow each other as in a sentence, unless all of them are the kernel's. */
function english(text) {
  const plain = text.replaceAll(/[a-z_]+\(\)|\S*[_/=.]\S*/g, ' | ');
  return (plain.match(/[A-Za-z][a-z]+(?: [a-z-]{2,})+/g) ?? []).filter((run) => !KERNEL.test(run) && !run.split(' ').every((word) => KERNEL.test(word)));
}

test('in Chinese no English sentence is left, on any panel, at any kind of step', () =>
  withPage('#ex=refill&at=5:page_table.set_entry&sel=frame%3A16899&lang=zh-CN&panels=translate', async (page) => {
    await idle(page);
    const left = new Set();
    const collect = async () => {
      for (const text of await words(page)) if (english(text).length) left.add(text);
    };
    for (const at of PANELS.keys()) {
      await page.locator('.tab').nth(at).click({ modifiers: ['Shift'] });
      await poll(() => page.locator('.tab').nth(at).getAttribute('aria-pressed'), (on) => on === 'true', 'the panel');
      await collect();
    }
    // Every step of the refill has its sentence.
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('Home');
    await poll(() => where(page), ({ step }) => step === 0, 'at the start');
    const { steps } = await where(page);
    const said = new Map();
    for (let step = 1; step <= Math.min(steps, 200); step += 1) {
      await page.keyboard.press('ArrowRight');
      await poll(() => where(page), (at) => at.step === step, `step ${step}`);
      const text = await caption(page);
      said.set(text, step);
      if (!/[\u4e00-\u9fff]/.test(text)) left.add(`step ${step}: ${text}`);
    }
    await collect();
    await page.keyboard.press('?');
    await collect();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await collect();
    assert.ok(said.size > 20);
    assert.deepEqual([...left], []);
  }));

test('mistakes, failures and answers are said in Chinese', () =>
  withPage(linkTo('boot ram=256M\nspawn web\nweb: write 0x0\n', 'lang=zh-CN'), async (page) => {
    await idle(page);
    assert.match((await page.locator('.out .e').allInnerTexts()).join(' '), /[\u4e00-\u9fff]/);
    await page.fill('#script', 'boot ram=256M\nspwan web\n');
    await page.focus('#script');
    await page.keyboard.press('Control+Enter');
    const error = await page.locator('#script-errors p').first().innerText();
    assert.match(error, /第 2 行第 1 列：.*spawn/s);
    assert.deepEqual(english(error.replaceAll(/`[^`]*`|spwan|spawn/g, '')), []);
  }));

test('the switch keeps script, step, selection, panels and an edit', () =>
  withPage(linkTo(FAULT, 'at=4:pcp.get&panels=translate,process&sel=process%3Aweb'), async (page) => {
    await idle(page);
    await page.fill('#script', `${FAULT}# not run yet\n`);
    const state = async () => ({
      at: await where(page),
      script: await page.inputValue('#script'),
      panels: await page.locator('.tab').evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('aria-pressed'))),
      inspector: await page.locator('#inspector h2').first().innerText(),
      console: (await page.locator('.out .c').allInnerTexts()).length,
    });
    const before = await state();
    const english = await caption(page);
    await page.getByRole('button', { name: '切换到中文' }).click();
    await inAddress(page, 'lang', 'zh-CN');
    assert.deepEqual(await state(), before);
    assert.notEqual(await caption(page), english);
    await page.locator('.tools [lang="en"]').click();
    await inAddress(page, 'lang', 'en');
    assert.deepEqual(await state(), before);
    assert.equal(await caption(page), english);
  }));

test('a first visit follows the browser, a later one the choice', () =>
  withPage('', async (page) => {
    await idle(page);
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    await page.locator('.tools [lang="en"]').click();
    await poll(() => page.getAttribute('html', 'lang'), (lang) => lang === 'en', 'English');
    await page.goto(new URL('.', page.url()).href);
    await idle(page);
    await poll(() => page.getAttribute('html', 'lang'), (lang) => lang === 'en', 'English again');
  }, { locale: 'zh-CN' }));
