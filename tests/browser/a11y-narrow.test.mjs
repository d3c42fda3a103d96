// axe finds nothing on a phone, in an embedded figure and on the page that shows how to embed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPEARANCES, MOMENT, PANELS, assertAccessible, idle, poll } from './drive.mjs';
import { BASE, PHONE, withPage } from './harness.mjs';

for (const { lang, theme } of APPEARANCES) {
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

for (const { lang, theme } of APPEARANCES) {
  test(`an embedded figure, ${lang}, ${theme}`, () =>
    withPage(`?embed=1&lang=${lang}&theme=${theme}&view=translate#${MOMENT}`, async (page) => {
      await page.locator('.emb .panel').waitFor();
      await assertAccessible(page);
    }));
}

for (const name of ['demo.html', 'demo.zh.html']) {
  test(`the demo page ${name}`, () =>
    withPage('', async (page) => {
      await assertAccessible(page, { iframes: false });
      assert.ok(page.url().startsWith(BASE));
    }, { path: `embed/${name}`, wait: (page) => page.locator('mm-scope iframe').first().waitFor() }));
}
