// The map of all frames: colourings, their legend and their table, and the zoom from a large
// machine to one frame.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOMENT, assertAccessible, idle, linkTo, poll } from './drive.mjs';
import { withPage } from './harness.mjs';

const button = (page, name) => page.locator('.frames .seg').getByRole('button', { name, exact: true });
const legend = (page) => page.locator('.lgrow .lg2');
const number = (text) => Number(text.replace(/[^0-9]/g, ''));

/** Names and counts of the legend. */
const counts = async (page) => Object.fromEntries(await legend(page).evaluateAll((items) => items.map((item) => {
  const [, name, count] = item.children;
  return [name.textContent, Number(count.textContent.replace(/[^0-9]/g, ''))];
})));

/** Colours of some pixels of the map, as one text: another picture, another text. */
const picture = (page) => page.locator('.map canvas').evaluate((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4 * 97) sum = (sum * 31 + data[at] + data[at + 1] * 7 + data[at + 2] * 13) % 1e9;
  return sum;
});

test('each colouring has its picture, its legend and its column in the table', () =>
  withPage(`#${MOMENT}&panels=frames`, async (page) => {
    await idle(page);
    const seen = new Set();
    for (const name of ['kind', 'migrate type', 'order', 'zone', 'owner', 'age']) {
      await button(page, name).click();
      await poll(() => button(page, name).getAttribute('aria-pressed'), (on) => on === 'true', name);
      await poll(() => picture(page), (drawn) => !seen.has(drawn), `a picture of its own by ${name}`);
      seen.add(await picture(page));
      assert.ok((await legend(page).count()) >= 2, `${name}: a legend`);
      assert.ok(Object.values(await counts(page)).every((frames) => frames >= 0), name);
    }
    await button(page, 'owner').click();
    await poll(() => counts(page), (all) => all['web buf'] > 0, 'the area of the process');
    await page.getByRole('button', { name: 'As a table' }).click();
    await poll(() => page.locator('.frames-twin td', { hasText: 'web buf' }).count(), (rows) => rows > 0, 'the owner in the table');
    await assertAccessible(page);
  }));

test('a group of the legend filters the map', () =>
  withPage(`#${MOMENT}&panels=frames`, async (page) => {
    await idle(page);
    const before = await picture(page);
    const anon = legend(page).filter({ hasText: 'anonymous' });
    await anon.click();
    await poll(() => anon.getAttribute('aria-pressed'), (on) => on === 'true', 'pressed');
    await poll(() => picture(page), (drawn) => drawn !== before, 'fewer frames are painted');
    await anon.click();
    await poll(() => picture(page), (drawn) => drawn === before, 'all of them again');
  }));

test('from the whole of a large machine to one frame', () =>
  withPage(linkTo('boot ram=76G\nspawn web\nweb: b = mmap 8M\nweb: touch b\n', 'panels=frames'), async (page) => {
    await idle(page);
    const zoom = () => page.locator('.seg .zoom').innerText();
    const map = page.locator('.map');
    await map.focus();
    await page.keyboard.press('0');
    await poll(zoom, (text) => text.startsWith('0.125'), 'the whole machine');
    const fits = await map.evaluate((node) => node.scrollHeight <= node.clientHeight + 8);
    assert.ok(fits, 'nothing of 76 GB is left to scroll to');
    // A click selects the frame under it; zooming in from there keeps it in sight.
    const box = await map.boundingBox();
    await page.mouse.click(box.x + 300, box.y + 40);
    await poll(() => page.locator('.ins h2').innerText(), (text) => /Frame \d+/.test(text), 'a frame is selected');
    const frame = await page.locator('.ins h2').innerText();
    await map.focus();
    for (let i = 0; i < 5; i += 1) {
      const before = await zoom();
      await page.keyboard.press('+');
      await poll(zoom, (text) => text !== before, 'nearer');
    }
    await poll(zoom, (text) => parseFloat(text) >= 18, 'one frame is 18 px and more');
    const label = page.locator('.map-over text', { hasText: String(number(frame)) });
    await label.first().waitFor();
    const at = await label.first().boundingBox();
    assert.ok(at.y >= box.y - 20 && at.y <= box.y + box.height, 'the frame is still in sight');
  }));

test('what steps change of the map from afar is what is drawn at once', () =>
  withPage(linkTo('boot ram=1G thp=never\nspawn web\nweb: b = mmap 8M\nweb: touch b\nkernel: k = alloc_pages order=9 count=8\n', 'panels=frames'), async (page) => {
    await idle(page);
    await page.locator('.map').focus();
    const zoom = () => page.locator('.seg .zoom').innerText();
    const press = async (key) => {
      const before = await zoom();
      await page.keyboard.press(key);
      await poll(zoom, (text) => text !== before, 'another size');
    };
    await press('0');
    const end = await picture(page);
    await page.evaluate(() => document.activeElement.blur());
    for (const key of ['ArrowLeft', 'ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft']) {
      await page.keyboard.press(key);
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
    }
    const stepped = await picture(page);
    assert.notEqual(stepped, end, 'the steps are seen');
    await page.locator('.map').focus();
    await press('+');
    await press('-');
    await poll(() => picture(page), (drawn) => drawn === stepped, 'the same when drawn at once');
  }));
