// axe finds nothing, on any panel, in both themes and languages; what changes is read aloud.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPEARANCES, FAULT, MOMENT, PANELS, assertAccessible, caption, idle, linkTo, poll, where } from './drive.mjs';
import { withPage } from './harness.mjs';

for (const { lang, theme } of APPEARANCES) {
  test(`every panel, ${lang}, ${theme}`, () =>
    withPage(`#${MOMENT}&lang=${lang}&theme=${theme}&panels=${PANELS[0]}`, async (page) => {
      await idle(page);
      // Frames alone, where it has room for its map; the others below each other; text twins.
      const tab = (panel) => page.locator('.tab').nth(PANELS.indexOf(panel));
      const shown = (total) => poll(() => page.locator('.stage > .panel').count(), (count) => count === total, `${total} panels`);
      const twin = page.locator('.stage').getByRole('button', { name: /^(As a table|显示为表格)/ });
      const written = async () => {
        for (let left = await twin.count(); left > 0; left -= 1) await twin.first().click();
      };
      await tab('frames').click({ modifiers: ['Shift'] });
      await shown(1);
      await assertAccessible(page);
      await written();
      await assertAccessible(page);
      await tab('translate').click({ modifiers: ['Shift'] });
      for (const panel of PANELS.filter((name) => !['translate', 'frames'].includes(name))) await tab(panel).click();
      await shown(PANELS.length - 1);
      await assertAccessible(page);
      await written();
      await assertAccessible(page);
    }));
}

test('the page with errors, menus, keys and an unexpected end', () =>
  withPage(linkTo('boot ram=256M\nspawn web\nweb: write 0x0\n', 'panels=translate,buddy'), async (page) => {
    await idle(page);
    await assertAccessible(page);
    await page.fill('#script', 'boot ram=\nspwan web\n');
    await page.focus('#script');
    await page.keyboard.press('Control+Enter');
    await page.locator('#script-errors p').first().waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    for (const menu of await page.locator('details.menu > summary').all()) {
      await menu.click();
      await assertAccessible(page);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByLabel('Link to this very view').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByRole('button', { name: 'Keyboard help' }).click();
    await page.locator('.keylist').waitFor();
    await assertAccessible(page);
  }));

test('more contrast', () =>
  withPage(`#${MOMENT}`, async (page) => {
    await idle(page);
    await page.locator('.tools details.menu > summary').click();
    await page.getByLabel('more', { exact: true }).check();
    await poll(() => page.getAttribute('html', 'data-contrast'), (value) => value === 'more', 'more contrast');
    await assertAccessible(page);
  }));

test('the language of the page is said, and so is that of the switch', () =>
  withPage('', async (page) => {
    await idle(page);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    const toChinese = page.locator('.tools [lang="zh-CN"]');
    assert.equal(await toChinese.innerText(), '中文');
    await toChinese.click();
    await poll(() => page.getAttribute('html', 'lang'), (lang) => lang === 'zh-CN', 'Chinese');
    assert.equal(await page.locator('.tools button[lang]').getAttribute('lang'), 'en');
  }));

test('the caption is read aloud, whole, after each step', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    const live = page.locator('.why');
    assert.equal(await live.getAttribute('aria-live'), 'polite');
    assert.equal(await live.getAttribute('aria-atomic'), 'true');
    await live.evaluate((node) => { node.marked = true; });
    await page.evaluate(() => document.activeElement.blur());
    const said = new Set([await caption(page)]);
    for (let i = 0; i < 4; i += 1) {
      const { step } = await where(page);
      await page.keyboard.press('ArrowLeft');
      await poll(() => where(page), (at) => at.step === step - 1, 'one step back');
      said.add(await caption(page));
    }
    assert.ok(said.size >= 4, [...said].join('\n'));
    assert.equal(await live.evaluate((node) => node.marked), true, 'it is the same region all along');
  }));

test('without motion nothing moves, and forced colours keep the page usable', () =>
  withPage(`#${MOMENT}`, async (page) => {
    await idle(page);
    const durations = await page.evaluate(() => [...document.querySelectorAll('*')].map((node) => {
      const style = getComputedStyle(node);
      return Math.max(parseFloat(style.transitionDuration), style.animationName === 'none' ? 0 : parseFloat(style.animationDuration));
    }));
    assert.ok(Math.max(...durations) < 0.011, String(Math.max(...durations)));
    assert.ok(await page.locator('#script').isVisible());
  }, { reducedMotion: 'reduce', forcedColors: 'active' }));
