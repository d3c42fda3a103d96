// What a reader does with the page, and what they can read off it: tests say it in these words.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axeViolations } from './harness.mjs';

/** The panels, by their names in links, in the order of their tabs: the slugs of the table that the page is made of. */
export const PANELS = Array.from(
  readFileSync(new URL('../../crates/mm-view/src/panels/mod.rs', import.meta.url), 'utf8').matchAll(/^ {12}\w+ "(\w+)" /gm),
  ([, slug]) => slug,
);

/** In the middle of the first look's refill: things taken, put back, written. */
export const MOMENT = 'ex=refill&at=5:page_table.set_entry&sel=frame%3A16899';

/** Each language in each theme. */
export const APPEARANCES = ['en', 'zh-CN'].flatMap((lang) => ['light', 'dark'].map((theme) => ({ lang, theme })));

/** A script whose fourth command is one fault: the page is not there, then it is. */
export const FAULT = 'boot ram=512M thp=never\nspawn web\nweb: buf = mmap 16K\nweb: write buf+0x123 8\n';

/** The fragment that opens `script`, at `at` when that is said. */
export function linkTo(script, rest = '') {
  return `#script=${encodeURIComponent(script)}${rest && `&${rest}`}`;
}

/** Waits until no command is being run. */
export async function idle(page) {
  await page.waitForFunction(() => document.querySelector('main') && !document.querySelector('[aria-busy], .left .ph [role=status]'), null, { timeout: 90_000 });
}

/**
 * Links to things are as dense as the data that they are part of, which WCAG's 2.5.8 lets be
 * smaller than 24 px where that is essential; each is also reached by the find box and the keys.
 */
const DATA_LINK = /href[$^*]?="[^"]*#(?:sel|at)=|\.blk|^\.sel$|^a\[aria-label="[−Δ] \d/;

/** Fails with what axe finds on the page as it is now. */
export async function assertAccessible(page, options) {
  const found = await axeViolations(page, options);
  const kept = found.map(({ id, help, nodes }) => ({
    id, help, nodes: id === 'target-size' ? nodes.filter((node) => !DATA_LINK.test(node.split(': ')[0])) : nodes,
  }));
  assert.deepEqual(kept.filter(({ nodes }) => nodes.length > 0), []);
}

/** Waits until what was just set going is over. It begins with the picture after the key: before that the page is idle still. */
export async function ran(page) {
  await frames(page, 2);
  await idle(page);
}

/** Waits until the page has been drawn `count` times. */
export function frames(page, count) {
  return page.evaluate((left) => new Promise((done) => {
    const next = () => { if (left > 0) requestAnimationFrame(next); else done(); left -= 1; };
    next();
  }), count);
}

/** Replaces the script and runs it with Ctrl+Enter. */
export async function run(page, script) {
  await page.fill('#script', script);
  await page.focus('#script');
  await page.keyboard.press('Control+Enter');
  await ran(page);
}

/** Where the page says it stands: command, step, steps of that command, commands in all. */
export function where(page) {
  return page.evaluate(() => {
    const digits = (text) => text.replace(/[^0-9/]/g, ' ').replaceAll(/(?<=\d) (?=\d)/g, '').match(/\d+/g).map(Number);
    const [counts, words] = document.querySelector('.pos').children;
    const [step, steps] = digits(counts.textContent);
    const [command, commands] = words.textContent.match(/\d+/g).map(Number);
    return { command, step, steps, commands };
  });
}

/** Waits until the page stands at command `command`, step `step`. */
export async function standsAt(page, command, step) {
  await poll(() => where(page), (at) => at.command === command && at.step === step, `at ${command}.${step}`);
}

/** The sentence about the current step. */
export function caption(page) {
  return page.locator('.why').first().innerText();
}

/** What the address bar says after `key=`, once it has followed the view. */
export async function inAddress(page, key, value) {
  const read = () => new URLSearchParams(new URL(page.url()).hash.slice(1)).get(key);
  await poll(async () => read(), (found) => (value instanceof RegExp ? value.test(found) : found === value), `${key}=${value} in the address`);
  return read();
}

/** What the console shows, as lines. */
export async function consoleLines(page) {
  return (await page.locator('.out').innerText()).split('\n').filter((line) => line.trim());
}

/** The class of the dot before line `line` (from 1): ok, ahead, cross, bang, or '' (none, or now). */
export async function dot(page, line) {
  return await page.locator('.lines pre > div').nth(line - 1).locator('u').getAttribute('class') ?? '';
}

/** Presses `key` until `isThere()`, at most `limit` times; every press has to move the playhead. */
export async function stepUntil(page, key, isThere, limit = 300) {
  for (let i = 0; i < limit; i += 1) {
    if (await isThere()) return;
    const before = JSON.stringify(await where(page));
    await page.keyboard.press(key);
    await poll(async () => JSON.stringify(await where(page)), (now) => now !== before, `${key} moves`);
  }
  throw new Error(`${limit} times ${key} and still not there`);
}

/** Calls `read` until `isRight` holds of what it returns; returns that. */
export async function poll(read, isRight, what, limitMs = 30_000) {
  const end = Date.now() + limitMs;
  let seen;
  for (;;) {
    seen = await read();
    if (isRight(seen)) return seen;
    if (Date.now() > end) throw new Error(`not ${what} within ${limitMs / 1000} s; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
