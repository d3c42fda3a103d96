// While a long command runs every region shows one moment of it, and giving it up says what that came to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPEARANCES, assertAccessible, caption, idle, linkTo, poll, where } from './drive.mjs';
import { withPage } from './harness.mjs';

const LONG = 'boot ram=128G thp=never\nspawn web\nweb: buf = mmap 64G\nweb: touch buf 64G\n';
const WORDS = {
  en: { far: /command 4: ([\d\u2009]+) of 16\u2009777\u2009216 pages/, over: /^cancelled after [\d\u2009]+ of 16\u2009777\u2009216 pages; all of it was taken back/ },
  'zh-CN': { far: /第 4 条命令：16\u2009777\u2009216 页中的 ([\d\u2009]+) 页/, over: /^已取消：.*16\u2009777\u2009216 页中的.*已全部撤回/ },
};

for (const { lang, theme } of APPEARANCES.filter(({ lang }, at) => at === (lang === 'en' ? 0 : 3))) {
  test(`progress has numbers, is the same everywhere, and so is its end, ${lang}, ${theme}`, () =>
    withPage(`${linkTo(LONG)}&lang=${lang}&theme=${theme}`, async (page) => {
      const { far, over } = WORDS[lang];
      // One look at all regions, between two pictures.
      const look = () => page.evaluate(() => ({
        header: document.querySelector('.left .ph [role=status]')?.textContent ?? '',
        caption: document.querySelector('.cap .why')?.textContent ?? '',
        machine: document.querySelector('.scn').textContent,
        current: document.querySelector('.cells [aria-current]')?.textContent ?? '',
        isMarked: document.querySelector('.lines .now i')?.textContent,
      }));
      const first = await poll(look, ({ header }) => far.test(header), 'a number in the header');
      assert.match(first.caption, far);
      assert.equal(first.header.match(far)[1], first.caption.match(far)[1], 'header and caption agree');
      assert.match(first.machine, /128 GiB/);
      assert.match(first.current, /touch/);
      assert.equal(first.isMarked, '4');
      const second = await poll(look, ({ header }) => far.test(header) && header !== first.header, 'it goes on');
      assert.equal(second.header.match(far)[1], second.caption.match(far)[1]);
      await assertAccessible(page);
      await page.locator('.left .ph .btn.line').click();
      await poll(() => caption(page), (text) => over.test(text), 'what it came to');
      await idle(page);
      assert.equal((await where(page)).command, 3);
      assert.equal(await page.evaluate(() => localStorage.getItem('mmscope.running')), null);
      await page.keyboard.press('Escape');
      await page.locator('.tb').first().click();
      await poll(() => caption(page), (text) => !over.test(text), 'another step, another sentence');
    }));
}
