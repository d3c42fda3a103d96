// axe finds nothing, on any panel, in both themes and languages, wide, narrow and embedded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT, caption, idle, linkTo, poll, where } from './drive.mjs';
import { BASE, PHONE, axeViolations, withPage } from './harness.mjs';

/**
 * Links to things are as dense as the data that they are part of, which WCAG's 2.5.8 lets be
 * smaller than 24 px where that is essential; each is also reached by the find box and the keys.
 */
const DATA_LINK = /href[$^*]?="[^"]*#(?:sel|at)=|\.blk|^a\[aria-label="[−Δ] \d/;

async function assertAccessible(page, options) {
  const found = await axeViolations(page, options);
  const kept = found.map(({ id, help, nodes }) => ({
    id, help, nodes: id === 'target-size' ? nodes.filter((node) => !DATA_LINK.test(node.split(': ')[0])) : nodes,
  }));
  assert.deepEqual(kept.filter(({ nodes }) => nodes.length > 0), []);
}

const PANELS = ['translate', 'frames', 'buddy', 'process', 'proc'];
const LANGS = ['en', 'zh-CN'];
const THEMES = ['light', 'dark'];
const APPEARANCES = LANGS.flatMap((lang) => THEMES.map((theme) => ({ lang, theme })));
/** In the middle of the first look's refill: things taken, put back, written. */
const MOMENT = 'ex=refill&at=5.95&sel=frame%3A16899';

for (const { lang, theme } of APPEARANCES) {
  test(`every panel, ${lang}, ${theme}`, () =>
    withPage(`#${MOMENT}&lang=${lang}&theme=${theme}&panels=${PANELS[0]}`, async (page) => {
      await idle(page);
      for (const [at, panel] of PANELS.entries()) {
        await page.locator('.tab').nth(at).click({ modifiers: ['Shift'] });
        await poll(() => page.locator('.stage > .panel').count(), (count) => count === 1, `only ${panel}`);
        await assertAccessible(page);
      }
      // Their text twins.
      for (const panel of [0, 1]) {
        await page.locator('.tab').nth(panel).click({ modifiers: ['Shift'] });
        await page.locator('.stage .twin-btn').first().click();
        await assertAccessible(page);
      }
    }));

  test(`a phone, ${lang}, ${theme}`, () =>
    withPage(`#${MOMENT}&lang=${lang}&theme=${theme}&panels=${PANELS[0]}`, async (page) => {
      await idle(page);
      for (const at of PANELS.keys()) {
        await page.locator('.tab').nth(at).click();
        await poll(() => page.locator('.tab').nth(at).getAttribute('aria-pressed'), (on) => on === 'true', 'the panel');
        await assertAccessible(page);
      }
    }, PHONE));
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

for (const { lang, theme } of APPEARANCES) {
  test(`an embedded figure, ${lang}, ${theme}`, () =>
    withPage(`?embed=1&lang=${lang}&theme=${theme}&view=translate#${MOMENT}`, async (page) => {
      await page.locator('.emb .panel').waitFor();
      await assertAccessible(page);
    }));
}

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

for (const name of ['demo.html', 'demo.zh.html']) {
  test(`the demo page ${name}`, () =>
    withPage('', async (page) => {
      await assertAccessible(page, { iframes: false });
      assert.ok(page.url().startsWith(BASE));
    }, { path: `embed/${name}`, wait: (page) => page.locator('mm-scope iframe').first().waitFor() }));
}
