// Zones, slabs and compaction as the panels show them: what the machine has, what a choice changes, what a
// click and a key select, and both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPEARANCES, PANELS, assertAccessible, idle, inAddress, linkTo, poll, standsAt } from './drive.mjs';
import { PHONE, withPage } from './harness.mjs';

const ZONES = 'boot ram=6G\nkernel: a = alloc_pages order=0\n';
const SLABS = [
  'boot ram=1G', 'kernel: c = kmem_cache_create inode size=600', 'kernel: a = kmem_cache_alloc c count=40',
  'kernel: kmem_cache_free a[3]', 'kernel: kmem_cache_free a[5]', '',
].join('\n');

/** Opens `script` at its end with one panel on. */
const opened = (script, panel, run, options) => withPage(linkTo(script, `panels=${panel}`), async (page) => {
  await idle(page);
  await page.locator(`.panel.${panel}`).waitFor();
  await run(page, page.locator(`.panel.${panel}`));
}, options);

test('every panel of the table has a tab, and its tab shows it', () => withPage(`#panels=${PANELS[0]}`, async (page) => {
  await idle(page);
  const tabs = page.locator('.tab');
  assert.equal(await tabs.count(), PANELS.length);
  for (const at of PANELS.keys()) {
    await tabs.nth(at).click({ modifiers: ['Shift'] });
    await inAddress(page, 'panels', PANELS[at]);
    assert.equal(await page.locator('.panel').getAttribute('aria-label'), await tabs.nth(at).innerText());
  }
}));

const digits = (text) => Number(text.replaceAll(/[^0-9]/g, ''));

test('zones: gauges, tables and the choice of a request agree', () => opened(ZONES, 'zones', async (page, panel) => {
  assert.deepEqual(await panel.locator('.zn-gauge h3').allInnerTexts(), ['DMA', 'DMA32', 'Normal']);
  const served = () => panel.locator('.zn-tries li:has(.it) > b').innerText();
  assert.equal(await served(), 'Normal');
  await panel.getByLabel('Flags of the request').selectOption({ label: 'GFP_DMA' });
  await poll(served, (zone) => zone === 'DMA', 'DMA serves');
  assert.equal(await panel.locator('.zn-tries .out').count(), 2, 'the other two are not allowed');
  // A block that no zone has: the reason is said, and nobody serves.
  const free = digits(await panel.locator('.zn-gauge').first().locator('.zn-free b').innerText());
  const [row] = await panel.locator('.zn-tries li:has(.it) .it .m').allInnerTexts();
  assert.equal(digits(row.split('>')[0]), free, row);
}));

test('zones: the test of the step shown is marked, with its numbers', () => opened(ZONES, 'zones', async (page, panel) => {
  const checks = panel.locator('.zn-checks li');
  await checks.first().waitFor();
  const link = checks.first().locator('.st a');
  const step = Number(await link.innerText());
  await link.click();
  await standsAt(page, 2, step);
  await poll(() => panel.locator('.zn-checks li.now').count(), (count) => count === 1, 'one is now');
  const text = await panel.locator('.zn-checks li.now').innerText();
  assert.match(text, /Normal/);
  assert.match(text, /> low/);
}));

test('zones: a click selects everywhere, brackets go on to the next', () => opened(ZONES, 'zones', async (page, panel) => {
  await panel.locator('.zn-gauge h3 a').first().click();
  await inAddress(page, 'sel', 'zone:0/0');
  assert.ok(await panel.locator('a.ref.sel').count() >= 4, 'in gauges, tables and zonelist');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press(']');
  await inAddress(page, 'sel', 'zone:0/1');
  await page.keyboard.press('[');
  await inAddress(page, 'sel', 'zone:0/0');
}));

test('zones: 32 bits say where 896 MB come from', () => opened('boot ram=2G arch=i386\n', 'zones', async (page, panel) => {
  assert.match(await panel.locator('.zn-bands').innerText(), /direct map/);
  assert.match(await panel.locator('.zn-bands .note').innerText(), /896 MB/);
}));

const KERNEL = 'boot ram=512M\nspawn web\nkernel: v = vmalloc 64K\nkernel: translate 0xffff888000001000\n';

/** The panel of the walk. */
const walkOf = (page) => page.locator('.panel:has(.tr-addr)');

test('translate: the kernel is walked as the kernel, and the mode is a choice that has a name', () => withPage(linkTo(KERNEL, 'panels=translate'), async (page) => {
  await idle(page);
  const panel = walkOf(page);
  const chosen = async (label) => panel.getByLabel(label).evaluate((select) => select.selectedOptions[0].text);
  assert.deepEqual([await chosen(/^Process/), await chosen('Mode of the processor')], ['kernel', 'kernel mode']);
  const fault = panel.getByText('page fault');
  assert.equal(await fault.count(), 0);
  // By keyboard: the first letter of a choice picks it.
  await panel.getByLabel('Mode of the processor').focus();
  await page.keyboard.press('u');
  await poll(() => fault.count(), (count) => count === 1, 'a program may not read it');
  await panel.getByLabel(/^Process/).selectOption('web');
  await poll(() => chosen(/^Process/), (name) => name === 'web', 'the tables of the process hold the kernel too');
  assert.equal(await fault.count(), 1);
}));

test('go to: every address leads somewhere, a kernel address to its walk', () => withPage(linkTo(KERNEL, 'panels=process'), async (page) => {
  await idle(page);
  for (const [text, key] of [
    ['0x8000000000000000', 'address:web/8000000000000000'], ['0xffffffffffffffff', 'address:kernel/ffffffffffffffff'],
    ['v', 'address:kernel/ffffc90000000000'], ['0xffff888004203000', 'address:kernel/ffff888004203000'],
  ]) {
    await page.fill('#find', text);
    await page.press('#find', 'Enter');
    await inAddress(page, 'sel', key);
  }
  const walk = walkOf(page);
  await poll(() => walk.innerText(), (text) => text.includes('0xffff888004203000'), 'the walk of the frame');
  assert.equal(await walk.getByText('page fault').count(), 0);
  await page.getByRole('heading', { name: '16899' }).waitFor();
}));

test('slab: slabs are where the cache says, the step is marked', () => opened(SLABS, 'slab', async (page, panel) => {
  const row = panel.locator('.sl-caches tr.on');
  assert.match(await row.innerText(), /inode/);
  const cells = (await row.locator('td').allInnerTexts()).map((text) => text.trim());
  const slabs = Number(cells[4]);
  assert.equal(await panel.locator('.tile').count(), slabs);
  assert.equal(await panel.locator('.tile.new').count(), 1, 'the slab that the object went back to');
  assert.match(await panel.locator('.fl').nth(1).innerText(), /5 → 3/);
  assert.equal(await panel.locator('.obj-grid a.ref').count(), 13);
}));

test('slab: an object, a slab and a cache can be selected and have their pages', () => opened(SLABS, 'slab', async (page, panel) => {
  await panel.locator('.obj-grid a.ref').nth(3).click();
  await inAddress(page, 'sel', /^object:\d+\/3$/);
  assert.match(await page.locator('.ins').innerText(), /a\[3\]|free/);
  await page.locator('.ins a[href*="sel=slab"]').click();
  const slab = await inAddress(page, 'sel', /^slab:\d+$/);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press(']');
  await inAddress(page, 'sel', new RegExp(`^slab:(?!${slab.slice(5)}$)`));
  await page.locator('.ins a[href*="sel=cache"]').click();
  await inAddress(page, 'sel', 'cache:inode');
  assert.match(await page.locator('.ins').innerText(), /cpu_partial_slabs/);
}));

test('slab: a figure is one tab stop with arrows inside', () => opened(SLABS, 'slab', async (page, panel) => {
  for (const figure of ['.lanes', '.obj-grid']) {
    assert.equal(await panel.locator(`${figure} [tabindex="0"]`).count(), 1, figure);
  }
  await panel.locator('.obj-grid a.ref').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await inAddress(page, 'sel', /^object:\d+\/2$/);
  await panel.locator('.lanes a.ref[tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  assert.ok(await page.evaluate(() => document.activeElement.matches('.lanes a.tile')), 'the focus stays inside');
}));

test('slab: kmalloc says the class and what is lost', () => opened(SLABS, 'slab', async (page, panel) => {
  const said = () => panel.locator('.km [role=status]').innerText();
  assert.match(await said(), /kmalloc-96.*31 unused/);
  await panel.getByLabel('Bytes asked of kmalloc').fill('9000');
  await poll(said, (text) => /whole frames.*16.384/.test(text), 'whole frames above 8 KiB');
  await panel.getByLabel('Bytes asked of kmalloc').fill('192');
  await poll(said, (text) => /kmalloc-192.* 0 unused/.test(text), 'a class of its own');
}));

test('slab: without caches a command is offered that makes one', () => opened('boot ram=128M\n', 'slab', async (page, panel) => {
  await panel.locator('.empty a').click();
  assert.match(await page.inputValue('#prompt input'), /kmem_cache_create/);
}));

test('slab: ten thousand slabs show a window', () =>
  opened('boot ram=1G\nkernel: c = kmem_cache_create big size=2048\nkernel: a = kmem_cache_alloc c count=40000\n', 'slab', async (page, panel) => {
    const tiles = () => panel.locator('.lane').last().locator('.tile').allInnerTexts();
    const first = await tiles();
    assert.equal(first.length, 12);
    await panel.getByRole('button', { name: 'later' }).click();
    await poll(tiles, (now) => now[0] !== first[0], 'the next window');
    await panel.getByRole('button', { name: 'earlier' }).click();
    await poll(tiles, (now) => now[0] === first[0], 'back');
  }));

/** Memory of which every second page was given back, then compacted. */
const RIDDLED = [
  'boot ram=128M thp=never', 'spawn p', 'p: b = mmap 64M', 'p: touch b',
  ...Array.from({ length: 200 }, (_, i) => `p: munmap b+${8 * i}K 4K`), 'echo 1 > /proc/sys/vm/compact_memory', '',
].join('\n');

test('compaction: the scanners are where the run says, and a pageblock can be selected', () =>
  opened(RIDDLED, 'compaction', async (page, panel) => {
    await panel.locator('.ph select').first().selectOption({ label: 'node 0 · DMA32' });
    const keys = panel.locator('.cp-key');
    await poll(() => keys.innerText(), (text) => /migrate scanner \d+.*free scanner \d+/s.test(text), 'both scanners');
    const cells = panel.locator('.cp-strip a.ref');
    assert.equal(await panel.locator('.cp-strip [tabindex="0"]').count(), 1);
    const first = await cells.first().getAttribute('href');
    await cells.first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const block = await inAddress(page, 'sel', /^pageblock:\d+$/);
    assert.notEqual(`#sel=${block}`, first);
    assert.match(await page.locator('.ins h2').innerText(), /Pageblock/);
    await panel.getByLabel('Order of the request').selectOption({ label: 'order 3' });
    await poll(() => panel.locator('tr.on th').innerText(), (order) => order === '3', 'order 3 is asked about');
    await assertAccessible(page);
    await panel.getByRole('button', { name: 'As a table' }).click();
    await panel.locator('.cp-twin').waitFor();
    await assertAccessible(page);
  }));

test('compaction: without a run a command is offered that makes one', () => opened('boot ram=128M\n', 'compaction', async (page, panel) => {
  await panel.locator('.cp-none a').click();
  assert.match(await page.inputValue('#prompt input'), /compact_memory/);
}));

for (const { lang, theme } of APPEARANCES) {
  test(`both panels, drawn and written, ${lang}, ${theme}`, () =>
    withPage(linkTo(SLABS, `panels=zones,slab&lang=${lang}&theme=${theme}`), async (page) => {
      await idle(page);
      await page.locator('.obj-grid').waitFor();
      await assertAccessible(page);
      const twins = page.locator('.stage').getByRole('button', { name: /^(As a table|显示为表格)/ });
      for (let left = await twins.count(); left > 0; left -= 1) await twins.first().click();
      await page.locator('.slab .twin').waitFor();
      await assertAccessible(page);
      await page.locator('.slab .twin th a').first().click();
      await inAddress(page, 'sel', /^slab:/);
      await assertAccessible(page);
      if (lang === 'zh-CN') assert.match(await page.locator('.panel.zones h2').innerText(), /内存区/);
    }));
}

/** Boxes of what a selector finds, left to right. */
const boxes = (page, selector) => page.evaluate((wanted) => [...document.querySelectorAll(wanted)]
  .map((node) => node.getBoundingClientRect())
  .map(({ left, right, top, bottom }) => ({ left, right, top, bottom })), selector);

for (const [ram, nodes, width] of [['1G', 2, 1440], ['1G', 2, 640], ['8G', 4, 900], ['8G', 4, 390], ['6G', 1, 320]]) {
  test(`zones: names of ${ram} on ${nodes} nodes do not meet at ${width} px`, () => opened(`boot ram=${ram} nodes=${nodes}\n`, 'zones', async (page) => {
    const names = await boxes(page, '.zn-scale .over text');
    assert.ok(names.length >= 3, String(names.length));
    const [figure] = await boxes(page, '.zn-scale');
    for (const [at, one] of names.entries()) {
      assert.ok(one.left >= figure.left - 1 && one.right <= figure.right + 1, `name ${at} is within the figure`);
      for (const other of names.slice(at + 1)) {
        // A line's box is some pixels higher than its letters.
        const meet = one.left < other.right && other.left < one.right && one.top + 4 < other.bottom && other.top + 4 < one.bottom;
        assert.ok(!meet, `names ${at}: ${JSON.stringify([one, other])}`);
      }
    }
  }, { viewport: { width, height: 800 } }));
}

test('the tab of the panel shown is in sight on a phone', () => opened(SLABS, 'compaction', async (page) => {
  const [tab] = await boxes(page, '.tab[aria-pressed=true]');
  assert.ok(tab.left >= 0 && tab.right <= 390, JSON.stringify(tab));
}, PHONE));

for (const panel of ['zones', 'slab', 'compaction']) {
  test(`${panel} on a phone is no wider than it`, () => opened(SLABS, panel, async (page) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, String(width));
    await assertAccessible(page);
  }, PHONE));
}
