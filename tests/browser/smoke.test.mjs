// The optimised page comes up under its real policy, by itself, without a complaint.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, withPage } from './harness.mjs';

test('the page answers and is called mmscope', () =>
  withPage('', async (page) => {
    assert.match(await page.title(), /mmscope/);
  }));

// `cargo xtask test browser` names the families where it can choose them.
const FAMILIES = process.env.MMSCOPE_FONTS?.split(',');
if (FAMILIES) {
  test('the page is drawn with the fonts that this run is about', () =>
    withPage('', async (page) => {
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('DOM.enable');
      await devtools.send('CSS.enable');
      const { root } = await devtools.send('DOM.getDocument');
      const family = async (selector) => {
        const { nodeId } = await devtools.send('DOM.querySelector', { nodeId: root.nodeId, selector });
        const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId });
        return fonts.map(({ familyName }) => familyName).join();
      };
      assert.deepEqual([await family('.brand h1'), await family('.cap .fn code')], FAMILIES);
    }));
}

test('every request stays at home, and there is a wasm module among them', () =>
  withPage('', async (page, watch) => {
    assert.ok(watch.requests.some((url) => url.endsWith('.wasm')), watch.requests.join('\n'));
    assert.ok(watch.requests.every((url) => url.startsWith(BASE) || url.startsWith('data:')), watch.requests.join('\n'));
  }));

test('the policy refuses an inline script and a foreign request', () =>
  withPage('', async (page, watch) => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.intruder = true';
      document.body.append(script);
      return Boolean(window.intruder);
    });
    assert.equal(ran, false, 'an inline script ran');
    const fetched = await page.evaluate(() => fetch('https://example.com/').then(() => true, () => false));
    assert.equal(fetched, false, 'a foreign request was let through');
    assert.equal(watch.foreign.length, 0, 'the request was stopped by the network, not by the policy');
    // Both refusals are what the policy is for; the console says so.
    assert.ok(watch.consoleErrors.length >= 2, watch.consoleErrors.join('\n'));
    assert.ok(watch.consoleErrors.every((text) => /Content Security Policy|violates/.test(text)), watch.consoleErrors.join('\n'));
    watch.consoleErrors.length = 0;
  }));
