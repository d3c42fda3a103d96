// The free lists in motion: a split and a merge fly from the list that the block left to the one
// that it joined; a fallback is shown as the decisions that it is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertAccessible, frames, idle, inAddress, linkTo, poll, standsAt, stepUntil, where } from './drive.mjs';
import { PHONE, withPage } from './harness.mjs';

/** The third command splits a block twice, the fourth merges what it left. */
const SPLIT = 'boot ram=512M\nkernel: drain_all_pages\nkernel: a = alloc_pages order=4\nkernel: free_pages a\n';
const scenario = (name) => readFileSync(new URL(`../scenarios/${name}.mm`, import.meta.url), 'utf8');

/** Opens `script` at `at` with the free lists alone. */
const opened = (script, at, run, options) => withPage(linkTo(script, `panels=buddy&at=${at}`), async (page) => {
  await idle(page);
  await page.locator('.bm, .pbs').first().waitFor();
  await run(page);
}, options);

/** Notes every flight of a chip from now on: whose, and from how far away. */
const watchFlights = (page) => page.evaluate(() => {
  window.flights = [];
  document.addEventListener('animationstart', ({ target, animationName }) => {
    if (!animationName.startsWith('chip-')) return;
    const pixels = (name) => Number.parseFloat(target.style.getPropertyValue(name));
    window.flights.push({ pfn: Number(target.textContent), dx: pixels('--dx'), dy: pixels('--dy') });
  });
});

/** Left top corners of the blocks on the lists, by first frame. */
const corners = (page) => page.evaluate(() => Object.fromEntries(
  [...document.querySelectorAll('.bm a.blk:not(.gone)')].map((chip) => {
    const { left, top } = chip.getBoundingClientRect();
    return [chip.textContent, [left, top]];
  }),
));

/** Steps once, with the pause of a reader, and returns the flights that this caused. */
async function step(page, command, number) {
  await page.evaluate(() => new Promise((done) => { setTimeout(done, 400); }));
  await page.evaluate(() => { window.flights.length = 0; });
  await page.keyboard.press('ArrowRight');
  await standsAt(page, command, number);
  // A flight is told of with the picture after the one that it begins in; where chips land is read after it.
  await frames(page, 3);
  await page.evaluate(() => Promise.all(document.getAnimations().filter(({ animationName }) => animationName?.startsWith('chip-')).map(({ finished }) => finished)));
  return page.evaluate(() => window.flights);
}

/** Left top corner of a block in the row of an order, or of the place that it left. */
const corner = (page, order, pfn) => page.evaluate(([row, frame]) => {
  const chips = [...document.querySelectorAll('.bm-row')].at(row - 11).querySelectorAll('a.blk');
  const { left, top } = [...chips].find((chip) => chip.textContent === String(frame)).getBoundingClientRect();
  return [left, top];
}, [order, pfn]);

/** Takes the step to `number` and checks that one block flew, and from where which one was. */
async function flies(page, [command, number], [order, pfn], [fromOrder, from]) {
  const flights = await step(page, command, number);
  assert.deepEqual(flights.map((flight) => flight.pfn), [pfn], `step ${command}.${number}`);
  const [{ dx, dy }] = flights;
  const [left, top] = await corner(page, order, pfn);
  const start = await corner(page, fromOrder, from);
  assert.ok(Math.abs(left + dx - start[0]) < 1 && Math.abs(top + dy - start[1]) < 1, `from ${from}: ${dx} ${dy}`);
}

test('splits fly from the block that is cut, and arrows are drawn', () => opened(SPLIT, '3:watermark.check', async (page) => {
  await watchFlights(page);
  const whole = Object.keys(await corners(page));
  assert.deepEqual(await step(page, 3, 3), [], 'a block that leaves flies nowhere');
  const left = await corners(page);
  const [block] = whole.filter((pfn) => !(pfn in left)).map(Number);
  assert.deepEqual(await page.locator('.bm a.blk.gone').allInnerTexts(), [String(block)], 'its place stays, dashed');
  await flies(page, [3, 4], [5, block + 32], [6, block]);
  assert.ok(await page.locator('.bm .ov path').count() > 0, 'with an arrow');
  await flies(page, [3, 5], [4, block + 16], [5, block + 32]);
  assert.deepEqual(await step(page, 3, 6), [], 'nothing more moves');
}));

test('a merge flies from the buddy to the list of the order that it makes', () => opened(SPLIT, '4:buddy.merge%232', async (page) => {
  await watchFlights(page);
  const [buddy] = await page.locator('.bm-row').filter({ has: page.locator('[role=rowheader]', { hasText: /^5$/ }) }).locator('a.blk.gone').allInnerTexts();
  const block = Number(buddy) - 32;
  await flies(page, [4, 4], [6, block], [5, block + 32]);
}));

test('nothing flies for readers who want less motion', () => opened(SPLIT, '3:watermark.check', async (page) => {
  await watchFlights(page);
  for (const number of [3, 4, 5, 6]) assert.deepEqual(await step(page, 3, number), [], `step 3.${number}`);
  assert.equal(await page.locator('.fly-a, .fly-b').count(), 0);
  assert.ok(await page.locator('.bm .ov path').count() > 0, 'the arrows say it still');
}, { reducedMotion: 'reduce' }));

/** What the fallback's list says under a heading. */
const said = (page, heading) => page.locator('.fall dt', { hasText: heading }).locator('xpath=following-sibling::dd[1]').innerText();

test('a fallback is told decision by decision, as far as it has gone', () => opened(scenario('atomic-reserve'), '6:watermark.check%233', async (page) => {
  assert.equal(await page.locator('.fall').count(), 0, 'nothing is decided yet');
  await page.keyboard.press('ArrowRight');
  await standsAt(page, 6, 8);
  await page.locator('.fall.now').waitFor();
  assert.match(await said(page, /^asked$/), /^U unmovable, order 2/);
  // The types in the order in which they were tried; the one that had a block is marked.
  const tried = page.locator('.fall dd .blk.key');
  assert.deepEqual((await tried.allInnerTexts()).map((text) => text[0]), ['R', 'M']);
  assert.deepEqual(await page.locator('.fall dd .blk.key.new').allInnerTexts(), ['M movable']);
  assert.match(await said(page, /^block chosen$/), /^10496 · order 8 · M$/);
  assert.match(await page.locator('.fall').innerText(), /order 8 ≥ 4/);
  assert.match(await said(page, /^pageblock$/), /not yet/i);
  await stepUntil(page, 'ArrowRight', async () => (await where(page)).step === 14);
  assert.match(await said(page, /^pageblock$/), /free 277 \+ alike 235 = 512 ≥ 256: the pageblock becomes U/);
  await assertAccessible(page);
  await page.locator('.fall dd a.ln').click();
  await inAddress(page, 'sel', 'frame:10496');
}));

test('a fallback over whole pageblocks weighs none, and stays beside later steps', () => opened(scenario('steal-pageblock'), '3:fallback.steal', async (page) => {
  assert.match(await page.locator('.fall.now').innerText(), /whole pageblocks, all of it changes type/);
  assert.deepEqual(await page.locator('.fall dd .blk.key').allInnerTexts(), ['U unmovable', 'M movable']);
  assert.doesNotMatch(await page.locator('.fall').innerText(), /not yet/i);
  await page.keyboard.press('Shift+ArrowRight');
  await poll(() => page.locator('.fall:not(.now)').count(), (count) => count === 1, 'beside the end');
}));

test('a fallback in Chinese, on a phone', () => withPage(linkTo(scenario('atomic-reserve'), 'panels=buddy&at=6:fallback.weigh&lang=zh-CN'), async (page) => {
  await idle(page);
  await page.locator('.fall').waitFor();
  assert.match(await page.locator('.fall').innerText(), /空闲 277 \+ 同类 235 = 512 ≥ 256：页块改为 U/);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390);
  await assertAccessible(page);
}, PHONE));
