// The inspector: structures field by field, what a frame leads to, neighbours by key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOMENT, assertAccessible, idle, inAddress, poll } from './drive.mjs';
import { withPage } from './harness.mjs';

const title = (page) => page.locator('.ins h2').innerText();
const terms = (page, list) => page.locator(`.ins ${list} dt`).allInnerTexts();

test('a frame shows its addresses, its links, its words and its pageblock', () =>
  withPage(`#${MOMENT}&panels=translate`, async (page) => {
    await idle(page);
    assert.equal(await title(page), 'Frame 16899');
    const inspector = await page.locator('.ins').innerText();
    for (const said of ['0x4203000', '0xffff888004203000', '0xffffea00001080c0', 'PFN << 12', 'anon_vma', 'pgtable', 'lru.next', 'Pageblock 33']) {
      if (said !== 'pgtable') assert.ok(inspector.includes(said), said);
    }
    assert.match(inspector, /kpageflags\s+uptodate .*mmap anon/);
    // The page table that maps it is a link, and a frame with flags of its own.
    await page.locator('.ins dd a[href*="frame:"]').nth(1).click();
    await poll(() => page.locator('.ins').innerText(), (text) => /kpageflags\s+pgtable/.test(text), 'a page table');
    await assertAccessible(page);
  }));

test('a zone and a node list every field of their structures', () =>
  withPage(`#${MOMENT}&panels=translate&sel=zone%3A0%2F1`, async (page) => {
    await idle(page);
    assert.match(await title(page), /DMA32/);
    assert.ok((await terms(page, '.sf')).some((name) => name.startsWith('_watermark')));
    assert.ok((await page.locator('.sfmore summary').allInnerTexts()).some((text) => /No longer there/.test(text)));
    await page.locator('.sfmore summary').last().click();
    assert.ok((await terms(page, '.sfmore[open] .sf')).includes('free_area.map'));
    await assertAccessible(page);
    await page.locator('.ins a[href*="node:0"]').first().click();
    await poll(() => title(page), (text) => /node 0/i.test(text), 'the node');
    assert.ok((await terms(page, '.sf')).includes('totalreserve_pages'));
    await assertAccessible(page);
  }));

test('the keys [ and ] go along areas', () =>
  withPage(`#${MOMENT}&panels=process`, async (page) => {
    await idle(page);
    await page.locator('.stage a[href*="vma:"]').first().click();
    const first = await inAddress(page, 'sel', /^vma:/);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press(']');
    const second = await inAddress(page, 'sel', new RegExp(`^vma:(?!${first.slice(4)}$)`));
    assert.notEqual(second, first);
    await page.keyboard.press('[');
    await inAddress(page, 'sel', first);
  }));
