// The one path that has to work: write a script, run it, stop inside a fault, follow the
// links from the entry to the frame to its block, and hand the very view to somebody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT, caption, consoleLines, dot, idle, inAddress, linkTo, poll, ran, run, standsAt, stepUntil, where } from './drive.mjs';
import { BASE, openPage, withPage } from './harness.mjs';

const PTE = 'svg.walk a.ref[aria-label^="PTE "]';
/** What the drawn walk says, as one text. */
const walk = (page) => page.locator('svg.walk').evaluate((svg) => svg.textContent);

test('the first look shows a machine, a script that was run and a walk', () =>
  withPage('', async (page) => {
    await idle(page);
    assert.match(await page.locator('.brand').innerText(), /512 MiB · x86-64/);
    assert.match(await page.inputValue('#script'), /boot state=512M-buddy/);
    assert.ok((await consoleLines(page)).length > 10);
    assert.match(await walk(page), /PGD.*PUD.*PMD.*PTE.*offset/s);
    assert.equal(await page.locator('svg.walk a.ref.sel').count() > 0, true, 'the frame of the story is lit');
    assert.match(await page.locator('#inspector').innerText(), /Frame 16899/);
    assert.notEqual(await caption(page), '');
  }));

test('a script is edited and run, with the keys and with the button', () =>
  withPage('', async (page) => {
    await run(page, 'boot ram=256M\nspawn a\na: x = mmap 16K\ncat /proc/a/maps\n');
    const answers = await consoleLines(page);
    assert.ok(answers.some((line) => line.startsWith('a: x = mmap 16K')), answers.join('\n'));
    assert.ok(answers.some((line) => /^[0-9a-f]+-[0-9a-f]+ rw-p/.test(line)), 'cat printed the maps');
    assert.match(await page.locator('.brand').innerText(), /256 MiB/);
    await page.fill('#script', 'boot ram=1G\n');
    assert.match(await page.locator('.left .ph').first().innerText(), /not run yet/);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await ran(page);
    assert.match(await page.locator('.brand').innerText(), /1 GiB/);
    assert.deepEqual(await where(page).then(({ command, commands }) => ({ command, commands })), { command: 1, commands: 1 });
  }));

test('inside the fault the entry is absent, a few steps on it is present', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    await page.locator('.cells .cell').nth(3).click();
    const { steps } = await where(page);
    assert.ok(steps > 10, `a fault has many steps, this one ${steps}`);
    await page.locator('#stage').click({ position: { x: 5, y: 5 } });
    // To the start of the command, and on into the middle of the fault.
    await page.keyboard.press('Home');
    await standsAt(page, 4, 0);
    await stepUntil(page, 'ArrowRight', async () => /handle_mm_fault/.test(await page.locator('.cap .fn').innerText()));
    const absent = await where(page);
    assert.ok(absent.step > 0 && absent.step < steps, JSON.stringify(absent));
    assert.match(await walk(page), /✕ 0x0/, 'the last table that was read has nothing there');
    assert.match(await walk(page), /error code 0x6 = W U/);
    await stepUntil(page, 'ArrowRight', async () => (await page.locator(PTE).count()) > 0 && !/page fault/.test(await walk(page)));
    const present = await where(page);
    assert.ok(present.step > absent.step);
    assert.match(await page.locator('.why').first().innerText(), /./);
    // Back again it is absent again: the past is exact.
    await stepUntil(page, 'ArrowLeft', async () => (await where(page)).step === absent.step);
    assert.match(await walk(page), /page fault/);
  }));

test('from the entry to the frame to its block, lit everywhere, and Esc puts it out', () =>
  withPage(linkTo(FAULT, 'panels=translate,buddy,frames,process'), async (page) => {
    await idle(page);
    const inspector = page.locator('#inspector');
    // The entry.
    // Its corner: the frame that it names is a link of its own, on top of it.
    await page.locator(PTE).click({ position: { x: 8, y: 8 } });
    await poll(() => inspector.locator('h2').first().innerText(), (text) => /^PTE \d+/.test(text), 'the entry in the inspector');
    await inAddress(page, 'sel', /^entry:\d+\/\d+$/);
    assert.equal(await page.locator('svg.walk a.ref.sel').count(), 1);
    // The frame that it names.
    await inspector.locator('.pf a.ref').click();
    const title = await poll(() => inspector.locator('h2').first().innerText(), (text) => /^Frame \d+/.test(text), 'the frame in the inspector');
    const frame = title.match(/\d+/)[0];
    await inAddress(page, 'sel', `frame:${frame}`);
    const lit = page.locator(`#stage a.ref.sel[href="#sel=frame:${frame}"]`);
    assert.ok(await lit.count() > 0, 'the walk shows the frame as selected');
    assert.match(await inspector.innerText(), /mapped by\s+web/);
    // Its buddy, by link; then along with the key.
    await inspector.locator('dt:has-text("buddy") + dd a.ref').click();
    const buddy = await poll(() => inspector.locator('h2').first().innerText(), (text) => /^Frame \d+/.test(text) && !text.includes(frame), 'the buddy');
    assert.equal(Number(buddy.match(/\d+/)[0]) ^ 1, Number(frame), 'an order-0 buddy differs in the last bit');
    // A free block of the buddy lists is lit in its list and followed by the inspector.
    const chip = page.locator('.buddy a.blk:not(.gone)').first();
    const head = await chip.innerText();
    await chip.click();
    await poll(() => chip.getAttribute('class'), (names) => /\bsel\b/.test(names), 'a lit chip');
    await poll(() => inspector.locator('h2').first().innerText(), (text) => text === `Frame ${head}`, 'the block in the inspector');
    assert.match(await inspector.innerText(), /free|CPU list/);
    // It stays selected while stepping; Esc clears it everywhere.
    const before = await where(page);
    await page.keyboard.press('ArrowLeft');
    await standsAt(page, before.command, before.step - 1);
    assert.equal(await inspector.locator('h2').first().innerText(), `Frame ${head}`);
    await page.keyboard.press('Escape');
    await poll(() => page.locator('.sel').count(), (count) => count === 0, 'nothing lit');
    assert.match(await inspector.innerText(), /Nothing is selected/);
    await inAddress(page, 'sel', null);
  }));

test('hovering a thing outlines its twins and selects nothing', () =>
  withPage(linkTo(FAULT), async (page) => {
    await idle(page);
    const twins = page.locator('svg.walk a.ref[href^="#sel=frame:"]');
    const href = await twins.last().getAttribute('href');
    await twins.last().hover();
    await poll(() => page.locator(`a.ref[data-lit][href="${href}"]`).count(), (count) => count > 0, 'lit twins');
    assert.equal(await page.locator('.sel').count(), 0);
  }));

test('hovering changes the marks of what it lights, and draws nothing anew', () =>
  withPage(linkTo(FAULT, 'panels=translate,buddy,process'), async (page) => {
    await idle(page);
    // Every picture of the page begins with a task of its scheduler's.
    await page.evaluate(() => {
      const queue = globalThis.queueMicrotask.bind(globalThis);
      globalThis.drawn = 0;
      globalThis.queueMicrotask = (task) => { globalThis.drawn += 1; queue(task); };
      globalThis.changes = [];
      const note = (records) => globalThis.changes.push(...records.map(({ type, attributeName }) => attributeName ?? type));
      new MutationObserver(note).observe(document, { subtree: true, attributes: true, childList: true, characterData: true });
    });
    const counted = () => page.evaluate(() => [globalThis.drawn, [...new Set(globalThis.changes)]]);
    await page.keyboard.press('ArrowLeft');
    await poll(counted, ([drawn, changes]) => drawn > 0 && changes.length > 1, 'a step is drawn');
    await idle(page);
    await page.waitForFunction(() => location.hash.includes('at='));
    await page.evaluate(() => { globalThis.drawn = 0; globalThis.changes = []; });
    const links = page.locator('.panel:not(:has(svg.walk)) a.ref:visible');
    for (const at of [0, 1, 2, 3]) {
      await links.nth(at).hover();
      const href = await links.nth(at).getAttribute('href');
      await poll(() => page.locator(`a.ref[data-lit][href="${href}"]`).count(), (count) => count > 0, 'lit twins');
      assert.equal(await page.locator(`a.ref[data-lit]:not([href="${href}"])`).count(), 0);
    }
    assert.deepEqual(await counted(), [0, ['data-lit']]);
  }));

test('a shared link opens the same script, step, selection and panels elsewhere', async () => {
  const mine = await openPage(linkTo(FAULT, 'panels=translate,process&lang=en&theme=dark'), { permissions: ['clipboard-read', 'clipboard-write'] });
  await idle(mine.page);
  await mine.page.locator('#stage').click({ position: { x: 5, y: 5 } });
  await mine.page.keyboard.press('ArrowLeft');
  await mine.page.keyboard.press('ArrowLeft');
  const at = await where(mine.page);
  await mine.page.locator('svg.walk a.ref[href^="#sel=frame:"]').first().click();
  const selected = await mine.page.locator('#inspector h2').first().innerText();
  await mine.page.getByRole('button', { name: 'Share' }).click();
  const field = mine.page.getByLabel('Link to this very view');
  await field.waitFor();
  const link = await field.inputValue();
  assert.equal(await mine.page.evaluate(() => navigator.clipboard.readText()), link);
  assert.ok(link.startsWith(BASE), link);
  const text = await walk(mine.page);
  await mine.close();

  await withPage(link.slice(link.indexOf('#')), async (page) => {
    await idle(page);
    assert.equal(await page.inputValue('#script'), FAULT);
    assert.deepEqual(await where(page), at);
    assert.equal(await page.locator('#inspector h2').first().innerText(), selected);
    assert.equal(await walk(page), text);
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    assert.deepEqual(await page.locator('.tab[aria-pressed="true"]').allInnerTexts(), ['Translate', 'Process']);
    assert.equal(await dot(page, 4), '', 'the last line is the current one');
  });
});

test('the address bar is a link too, and follows edits of the address', () =>
  withPage('', async (page) => {
    await idle(page);
    await page.evaluate(() => { location.hash = '#ex=refill&at=5:walk.read%232&panels=buddy'; });
    await standsAt(page, 5, 3);
    await inAddress(page, 'at', '5:walk.read#2');
    assert.deepEqual(await page.locator('.tab[aria-pressed="true"]').allInnerTexts(), ['Buddy']);
  }));

test('a link of another version of the model opens at its command, keeps its script and says so', () =>
  withPage(linkTo(FAULT, 'at=4:fault.raised%231&v=0'), async (page) => {
    await standsAt(page, 4, 0);
    assert.equal(await page.inputValue('#script'), FAULT);
    assert.equal(await page.locator('.notice p').innerText(), "This link's step is none of this version of the model: here is the start of its command.");
    await inAddress(page, 'at', '4:start');
    await page.evaluate(() => { location.hash = `#at=4:fault.raised&v=${new URLSearchParams(location.hash).get('v')}`; });
    await inAddress(page, 'at', '4:fault.raised#1');
    assert.equal(await page.locator('.notice').count(), 0);
  }));

test('a link that cannot be read says so and shows the first look', () =>
  withPage('#s=%21%21%21', async (page) => {
    await idle(page);
    assert.match(await page.locator('.notice').innerText(), /could not be read/);
    assert.match(await page.inputValue('#script'), /boot/);
  }));
