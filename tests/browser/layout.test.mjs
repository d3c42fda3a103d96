// Nothing sticks out at any width, and controls are under the thumb.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT, MOMENT, PANELS, idle, inAddress, linkTo, poll, standsAt, where } from './drive.mjs';
import { PHONE, withPage } from './harness.mjs';

const WIDTHS = [600, 640, 700, 800, 900, 950, 1000, 1100, 1200, 1300, 1440, 1600, 1800];

/** What reaches beyond the right edge of the box that clips it, and cannot be scrolled to. */
const cutOff = (page) => page.evaluate(() => {
  const problems = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) problems.push(`the page is ${root.scrollWidth} wide`);
  for (const node of document.querySelectorAll('.top, .stage, .cap, .time, .left, .right, .panel, .tr-fig, .frames, .buddy')) {
    const style = getComputedStyle(node);
    if (style.visibility === 'hidden' || style.display === 'none' || node.clientWidth === 0) continue;
    if (node.scrollWidth > node.clientWidth + 1) problems.push(`${node.className || node.tagName}: ${node.scrollWidth} in ${node.clientWidth}`);
  }
  for (const figure of document.querySelectorAll('svg.walk')) {
    const box = figure.getBoundingClientRect();
    const around = figure.closest('.panel').getBoundingClientRect();
    if (box.right > around.right + 1) problems.push(`the walk ends at ${box.right}, its panel at ${around.right}`);
  }
  const named = (node) => node.textContent.trim().slice(0, 20) || node.getAttribute('aria-label') || node.className;
  for (const control of document.querySelectorAll('.panel > .ph :is(button, select, input), .ph > span')) {
    const { right, width } = control.getBoundingClientRect();
    const around = control.closest('.seg, .ph').getBoundingClientRect();
    if (width > 0 && right > around.right + 1) problems.push(`${named(control)} ends at ${right}, what it is in at ${around.right}`);
    if (control.matches('input') && width > 0 && control.scrollWidth > control.clientWidth + 1) problems.push(`${control.value} does not fit its field`);
  }
  return problems;
});

/** Texts of a figure that stand on each other. */
const meeting = (page) => page.evaluate(() => [...document.querySelectorAll('svg.walk, svg.zn-scale')].flatMap((figure) => {
  // A line's box is higher than its letters; letters that touch are read as one word.
  const texts = [...figure.querySelectorAll('text')].map((node) => [node.textContent, node.getBoundingClientRect()])
    .filter(([text, { width }]) => text.trim() && width > 0);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.45 * Math.min(a.height, b.height);
  return texts.flatMap(([text, box], at) => texts.slice(at + 1).filter(([, other]) => meet(box, other)).map(([other]) => `${text} | ${other}`));
}));

/** Links and buttons in sight whose middle belongs to something that is no link: a click there does nothing. */
const covered = (page) => page.evaluate(() => [...document.querySelectorAll('.stage :is(a.ref, button), .top .tools button')].flatMap((node) => {
  const { left, right, top, bottom, width } = node.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const hit = document.elementFromPoint(x, y);
  // Scrolled away, or beyond the window.
  if (width === 0 || !hit?.closest('.panel, .top') || hit.closest('.panel, .top') !== node.closest('.panel, .top')) return [];
  for (let box = node.parentElement; !box.matches('.panel, .top'); box = box.parentElement) {
    const clip = getComputedStyle(box).overflowX === 'visible' ? null : box.getBoundingClientRect();
    if (clip && (x > clip.right || x < clip.left || y > clip.bottom || y < clip.top)) return [];
  }
  const isHit = hit.closest('a.ref, button, .map-view');
  return isHit ? [] : [`${node.textContent.trim().slice(0, 24) || node.getAttribute('aria-label')} under ${hit.outerHTML.slice(0, 60)}`];
}));

const whole = async (page) => [...await cutOff(page), ...await meeting(page), ...await covered(page)];

/** Shows every panel alone, at the width that the page has. */
async function eachPanelUncut(page, width) {
  for (const at of PANELS.keys()) {
    await page.locator('.tab').nth(at).click({ modifiers: ['Shift'] });
    const what = `${PANELS[at]} uncut at ${width} px`;
    await poll(() => page.locator('.tab').nth(at).getAttribute('aria-pressed'), (on) => on === 'true', what);
    await poll(() => whole(page), (problems) => problems.length === 0, what);
  }
}

for (const lang of ['en', 'zh-CN']) {
  test(`nothing is cut off at any width, ${lang}`, () =>
    withPage(`#${MOMENT}&lang=${lang}&panels=translate,buddy,frames`, async (page) => {
      await idle(page);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await poll(() => whole(page), (problems) => problems.length === 0, `the first look uncut at ${width} px`);
      }
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await eachPanelUncut(page, width);
      }
    }));

  test(`nothing is cut off on a phone, ${lang}`, () =>
    withPage(`#${MOMENT}&lang=${lang}&panels=translate`, async (page) => {
      await idle(page);
      await eachPanelUncut(page, PHONE.viewport.width);
    }, PHONE));
}

test('all panels at once fit on a wide page', () =>
  withPage(`#${MOMENT}&panels=${PANELS.join(',')}`, async (page) => {
    await idle(page);
    for (const width of [1440, 1800, 2560]) {
      await page.setViewportSize({ width, height: 1000 });
      await poll(() => whole(page), (problems) => problems.length === 0, `uncut at ${width}`);
    }
  }));

test('every panel can be reached with the pointer at any width', () =>
  withPage(`#${MOMENT}&panels=translate`, async (page) => {
    await idle(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const last = page.locator('.tab').last();
      await last.click({ modifiers: ['Shift'] });
      await poll(() => last.getAttribute('aria-pressed'), (on) => on === 'true', `the last tab at ${width} px`);
      // What is shown is in sight, and the words of the find box are when somebody is about to type.
      await poll(() => last.evaluate((tab) => {
        const [one, row] = [tab, tab.parentElement].map((node) => node.getBoundingClientRect());
        return one.left >= row.left - 1 && one.right <= row.right + 1;
      }), Boolean, `its tab in sight at ${width} px`);
      await page.keyboard.press('/');
      await poll(() => page.locator('.find').evaluate((box) => box.clientWidth), (wide) => wide >= 180, `room to type at ${width} px`);
      await page.keyboard.press('Escape');
      await page.locator('.tab').first().click({ modifiers: ['Shift'] });
    }
  }));

test('on a phone the step is always under the thumb', () =>
  withPage(`#${MOMENT}&panels=process`, async (page) => {
    await idle(page);
    const view = PHONE.viewport;
    const buttons = page.locator('.trans .tb');
    assert.equal(await buttons.count(), 5);
    for (const button of await buttons.all()) {
      const box = await button.boundingBox();
      assert.ok(box.width >= 44 && box.height >= 44, JSON.stringify(box));
      assert.ok(box.y > view.height / 2 && box.y + box.height <= view.height, JSON.stringify(box));
    }
    const before = await buttons.first().boundingBox();
    await page.locator('.stage').evaluate((stage) => { stage.scrollTop = 400; });
    assert.deepEqual(await buttons.first().boundingBox(), before, 'they stay when the panel is scrolled');
    for (const tab of await page.locator('.tab').all()) assert.ok((await tab.boundingBox()).height >= 44);
    assert.ok(await page.locator('.strip [role=slider]').isVisible());
    await page.getByRole('button', { name: 'One step back' }).tap();
    await standsAt(page, 5, 94);
  }, PHONE));

test('on a phone one panel is shown, and the script, the inspector and the menu come and go', () =>
  withPage(linkTo(FAULT, 'panels=translate'), async (page) => {
    await idle(page);
    await page.locator('.tab', { hasText: 'Buddy' }).tap();
    await poll(() => page.locator('.stage > .panel').count(), (count) => count === 1, 'one panel');
    await page.getByRole('button', { name: 'Menu' }).tap();
    await page.locator('.tools').getByRole('button', { name: 'Script' }).tap();
    await poll(() => page.locator('#script').isVisible(), Boolean, 'the script');
    await page.locator('.left .btn.close').tap();
    await poll(() => page.locator('#script').isVisible(), (visible) => !visible, 'no script');
    await page.locator('.tab', { hasText: 'Translate' }).tap();
    await page.locator('svg.walk a.ref[href^="#sel=frame:"]').last().tap();
    await poll(() => page.locator('#inspector').isVisible(), Boolean, 'the inspector');
    const { y, height } = await page.locator('#inspector').boundingBox();
    assert.ok(Math.abs(y + height - PHONE.viewport.height) < 2, 'a sheet from the bottom');
    await page.locator('#inspector .btn.close').tap();
    await poll(() => page.locator('#inspector').isVisible(), (visible) => !visible, 'no inspector');
  }, PHONE));

test('at 1000 px the inspector is a drawer that opens on a selection', () =>
  withPage(linkTo(FAULT, 'panels=translate'), async (page) => {
    await idle(page);
    assert.equal(await page.locator('#inspector').isVisible(), false);
    await page.locator('svg.walk a.ref[href^="#sel=frame:"]').first().click();
    await poll(() => page.locator('#inspector').isVisible(), Boolean, 'the inspector');
    await page.keyboard.press('Escape');
    await poll(() => page.locator('#inspector').isVisible(), (visible) => !visible, 'closed');
    await inAddress(page, 'sel', null);
  }, { viewport: { width: 1000, height: 800 } }));

test('the script column is as wide as its reader wants it, and stays so', () =>
  withPage('', async (page) => {
    await idle(page);
    const edge = page.getByRole('separator');
    const width = () => page.locator('.left').evaluate((column) => Math.round(column.getBoundingClientRect().width));
    const wide = (pixels) => poll(width, (found) => Math.abs(found - pixels) <= 1, `${pixels} px`);
    await wide(304);
    const before = await where(page);
    await edge.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await wide(336);
    assert.equal(await edge.getAttribute('aria-valuenow'), '336');
    assert.deepEqual(await where(page), before, 'the arrows moved the edge and nothing else');
    const box = await edge.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(480, box.y + 220, { steps: 4 });
    await page.mouse.up();
    await wide(480);
    await page.reload();
    await idle(page);
    await wide(480);
    await edge.focus();
    await page.keyboard.press('Enter');
    await wide(304);
  }));
