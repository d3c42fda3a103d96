// Everything is reachable and operable without a pointer, and the focus is never lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT, idle, inAddress, linkTo, poll, standsAt, where } from './drive.mjs';
import { PHONE, withPage } from './harness.mjs';

/** Opens `script` at its end with the focus on nothing. */
const opened = (rest, test) => withPage(linkTo(FAULT, rest), async (page) => {
  await idle(page);
  await page.evaluate(() => document.activeElement.blur());
  await test(page);
});

const focused = (page) => page.evaluate(() => {
  const it = document.activeElement;
  return it.id || it.getAttribute('aria-label') || it.className || it.tagName;
});

/** What is under the focus: its name, and whether one can see that it has the focus. */
const look = (page) => page.evaluate(() => {
  const it = document.activeElement;
  if (!it || it === document.body) return { name: 'body' };
  // The ring of a field may be drawn by the box around it.
  let seen = false;
  for (let box = it; box && !seen; box = box.parentElement) {
    const style = getComputedStyle(box);
    seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1.5;
    if (box.matches('.stage, .left, .right, main')) break;
  }
  const { width, height } = it.getBoundingClientRect();
  const path = it.outerHTML.replace(/>[\s\S]*/, '>');
  return { name: path, seen, width, height, hidden: it.closest('[aria-hidden="true"]') !== null };
});

test('arrows step, with Shift by commands, Home and End to the ends', () => opened('', async (page) => {
  const { steps } = await where(page);
  await page.keyboard.press('ArrowLeft');
  await standsAt(page, 4, steps - 1);
  await page.keyboard.press('ArrowLeft');
  await standsAt(page, 4, steps - 2);
  await page.keyboard.press('ArrowRight');
  await standsAt(page, 4, steps - 1);
  await page.keyboard.press('Shift+ArrowLeft');
  await poll(() => where(page), ({ command, step, steps: all }) => command === 3 && step === all, 'at the end of command 3');
  await page.keyboard.press('Shift+ArrowRight');
  await standsAt(page, 4, steps);
  await page.keyboard.press('Home');
  await standsAt(page, 4, 0);
  await page.keyboard.press('Home');
  await standsAt(page, 1, 0);
  await page.keyboard.press('End');
  await poll(() => where(page), ({ command, step, steps: all }) => command === 1 && step === all, 'at the end of command 1');
  await page.keyboard.press('End');
  await standsAt(page, 4, steps);
}));

test('Space plays and pauses', () => opened('', async (page) => {
  await page.keyboard.press('Home');
  await standsAt(page, 4, 0);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await poll(() => where(page), ({ step }) => step >= 2, 'moving');
  assert.equal(await page.locator('.why').getAttribute('aria-live'), 'off', 'nobody reads a film aloud');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  const at = await where(page);
  await page.keyboard.press('ArrowRight');
  await standsAt(page, at.command, at.step + 1);
}));

test('digits show and hide panels', () => opened('panels=translate', async (page) => {
  const tabs = () => page.locator('.tab[aria-pressed="true"]').allInnerTexts();
  const all = await page.locator('.tab').allInnerTexts();
  for (const [at, name] of all.entries()) {
    const was = (await tabs()).includes(name);
    await page.keyboard.press(String(at + 1));
    await poll(tabs, (on) => on.includes(name) !== was, `${name} toggled`);
    await page.keyboard.press(String(at + 1));
    await poll(tabs, (on) => on.includes(name) === was, `${name} toggled back`);
  }
  await page.locator('.tab').nth(2).click({ modifiers: ['Shift'] });
  await poll(tabs, (on) => on.length === 1 && on[0] === all[2], 'only that panel');
}));

test('slash and g go to a thing by name, and say when there is none', () => opened('', async (page) => {
  for (const key of ['/', 'g']) {
    await page.keyboard.press(key);
    assert.equal(await focused(page), 'find');
    await page.keyboard.press('Escape');
  }
  const find = async (text) => {
    await page.keyboard.press('/');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await find('nowhere');
  await poll(() => page.locator('#find-help').innerText(), (text) => text === 'nothing by that name', 'said so');
  await page.fill('#find', '');
  await page.keyboard.press('Escape');
  for (const [text, selection] of [['16899', 'frame:16899'], ['web', 'process:web'], ['buf+0x1000', /^(vma|address|entry):/]]) {
    await find(text);
    await inAddress(page, 'sel', selection);
  }
}));

test('brackets walk along things of a kind, b to the buddy', () => opened('sel=frame%3A16896', async (page) => {
  const press = async (key, was) => {
    await page.keyboard.press(key);
    const name = await inAddress(page, 'sel', new RegExp(`^frame:(?!${was}$)\\d+$`));
    return Number(name.slice('frame:'.length));
  };
  const first = await press(']', 16896);
  const second = await press(']', first);
  assert.ok(first > 16896 && second > first, `${first} ${second}`);
  assert.equal(await press('[', second), first);
  const buddy = await press('b', first);
  const apart = buddy ^ first;
  assert.equal(apart & (apart - 1), 0, `${buddy} and ${first} differ in one bit`);
}));

test('i goes into the inspector, e to the line of the command, Esc back to the page', () => opened('at=3', async (page) => {
  await page.keyboard.press('i');
  assert.equal(await focused(page), 'inspector');
  await page.keyboard.press('e');
  assert.equal(await focused(page), 'script');
  const caret = await page.locator('#script').evaluate((area) => area.value.slice(0, area.selectionStart).split('\n').length);
  assert.equal(caret, 3);
  await page.keyboard.press('Escape');
  assert.notEqual(await focused(page), 'script');
  await page.keyboard.press('ArrowLeft');
  await poll(() => where(page), ({ command, step, steps }) => command < 3 || step < steps, 'the keys are the page\'s again');
}));

test('the question mark lists the keys, and Esc closes the list', () => opened('', async (page) => {
  await page.keyboard.press('?');
  const list = page.locator('.keylist');
  await list.waitFor();
  const keys = await list.locator('dt').allInnerTexts();
  for (const key of ['Space', '←', '/', '[', ']', 'b', 'g', 'i', 'e', '?', 'Esc', 'Enter']) {
    assert.ok(keys.some((text) => text.includes(key)), `${key} is listed`);
  }
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
}));

test('a field keeps every key but Esc and, in the editor, Ctrl+Enter', () => opened('', async (page) => {
  const before = await where(page);
  await page.focus('#script');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# b 1 e ? / [ ]');
  assert.match(await page.inputValue('#script'), /# b 1 e \? \/ \[ \]$/);
  assert.deepEqual(await where(page), before);
  await page.locator('#prompt input').click();
  await page.keyboard.type('b1e?/ ');
  assert.equal(await page.inputValue('#prompt input'), 'b1e?/ ');
  assert.deepEqual(await where(page), before);
}));

test('the commands are one tab stop with arrows inside; sliders take arrows and ends', () => opened('', async (page) => {
  assert.equal(await page.locator('.cells button[tabindex="0"]').count(), 1);
  await page.locator('.cells button[tabindex="0"]').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await poll(() => where(page), ({ command }) => command === 2, 'at command 2');
  const slider = page.locator('.calls [role=slider]');
  await slider.focus();
  await page.keyboard.press('Home');
  await standsAt(page, 2, 0);
  await page.keyboard.press('PageUp');
  await standsAt(page, 2, 10);
  await page.keyboard.press('ArrowRight');
  await standsAt(page, 2, 11);
  assert.equal(await slider.getAttribute('aria-valuenow'), '11');
  assert.equal(await slider.evaluate((node) => node === document.activeElement), true, 'the slider keeps the focus');
}));

test('every grid is one tab stop', () => opened('panels=frames', async (page) => {
  for (const grid of await page.locator('[role=grid]').all()) {
    assert.ok(await grid.evaluate((node) => (node.tabIndex === 0 ? 1 : 0) + node.querySelectorAll('[tabindex="0"]').length) <= 1);
  }
}));

for (const [name, options] of [['a desktop', {}], ['a phone', PHONE]]) {
  test(`Tab goes through everything on ${name}, one sees where, and it comes round`, () =>
    withPage(linkTo(FAULT, 'panels=translate,buddy,frames,process,proc&sel=frame%3A16896'), async (page) => {
      await idle(page);
      await page.evaluate(() => document.activeElement.blur());
      const visited = [];
      const problems = [];
      for (let i = 0; i < 600; i += 1) {
        await page.keyboard.press('Tab');
        const it = await look(page);
        if (it.name === 'body') break;
        visited.push(it.name);
        if (!it.seen || it.hidden || it.width === 0) problems.push(it);
      }
      assert.ok(visited.length < 600, 'the focus is trapped');
      assert.deepEqual(problems, []);
      const has = (pattern) => assert.ok(visited.some((text) => pattern.test(text)), `${pattern} is reached`);
      [/class="tab"/, /aria-label="Play"/, /role="slider"/].forEach(has);
      if (!options.isMobile) [/id="script"/, /id="find"/, /class="out"/, /<summary/, /class="cell now/].forEach(has);
    }, options));
}

test('stepping does not take the focus away', () => opened('panels=translate,buddy,process&sel=frame%3A16896', async (page) => {
  const back = page.getByRole('button', { name: 'One step back' });
  await back.focus();
  for (let i = 0; i < 6; i += 1) {
    const { step } = await where(page);
    await page.keyboard.press('Enter');
    await standsAt(page, 4, step - 1);
    assert.equal(await back.evaluate((node) => node === document.activeElement), true);
  }
  // On a link inside a figure that is redrawn by the very step.
  const link = page.locator('svg.walk a.ref').first();
  await link.focus();
  for (let i = 0; i < 6; i += 1) {
    const { step } = await where(page);
    await page.keyboard.press('ArrowRight');
    await standsAt(page, 4, step + 1);
    assert.equal(await page.evaluate(() => document.activeElement === document.body), false, `lost after step ${step + 1}`);
  }
}));

test('Enter on a link selects it like a click', () => opened('panels=translate', async (page) => {
  const link = page.locator('svg.walk a.ref[href^="#sel=frame:"]').first();
  const href = await link.getAttribute('href');
  await link.focus();
  await page.keyboard.press('Enter');
  await inAddress(page, 'sel', href.replace('#sel=', ''));
}));
