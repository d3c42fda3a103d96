// One figure in somebody else's page: minimal, as high as its content, telling nobody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT, PANELS, idle, linkTo, poll, where } from './drive.mjs';
import { BASE, openPage, withPage } from './harness.mjs';

const embedded = (page) => page.locator('.emb .panel').first().waitFor();
const counts = async (page) => (await page.locator('.et .m').innerText()).replaceAll(/[^\d/]/g, '').split('/').map(Number);

test('view, step, theme and language of a figure are those of its address', () =>
  withPage(`?embed=1&view=translate&step=4:pcp.get&theme=dark&lang=zh-CN${linkTo(FAULT)}`, async (page) => {
    await poll(() => counts(page), ([step]) => step === 10, 'at step 10');
    assert.equal(await page.locator('.emb .eh code').innerText(), 'web: write buf+0x123 8');
    assert.equal(await page.locator('.emb .panel').count(), 1);
    assert.ok(await page.locator('.emb svg.walk').isVisible());
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    assert.equal(await page.locator('#script, .top, .left, .right').count(), 0, 'minimal chrome');
    assert.match(await page.locator('.ec').innerText(), /[\u4e00-\u9fff]/);
  }, { wait: embedded }));

for (const view of PANELS) {
  test(`the ${view} panel is a figure without a scroll bar across, at 720, 390 and 320`, () =>
    withPage(`?embed=1&view=${view}#ex=refill&at=5:page_table.set_entry`, async (page) => {
      for (const width of [720, 390, 320]) {
        await page.setViewportSize({ width, height: 600 });
        await poll(() => page.evaluate(() => document.documentElement.scrollWidth), (wide) => wide <= width, `no wider than ${width}`);
        const { scroll, client } = await page.locator('.emb').evaluate((node) => ({ scroll: node.scrollWidth, client: node.clientWidth }));
        assert.ok(scroll <= client + 1, `${view} at ${width}: ${scroll} in ${client}`);
      }
    }, { wait: embedded }));
}

test('a figure steps by itself', () =>
  withPage(`?embed=1&view=buddy&step=4:pcp.get${linkTo(FAULT)}`, async (page) => {
    await poll(() => counts(page), ([step]) => step === 10, 'at step 10');
    await page.getByRole('button', { name: 'One step on' }).click();
    await poll(() => counts(page), ([step]) => step === 11, 'at step 11');
    await page.keyboard.press('ArrowLeft');
    await poll(() => counts(page), ([step]) => step === 10, 'back at step 10');
  }, { wait: embedded }));

test('the link to the full page keeps script, step and view', async () => {
  const figure = await openPage(`?embed=1&view=buddy&step=4:pcp.get${linkTo(FAULT)}`, { wait: embedded });
  await poll(() => counts(figure.page), ([step]) => step === 10, 'at step 10');
  await figure.page.getByRole('button', { name: 'One step on' }).click();
  await poll(() => counts(figure.page), ([step]) => step === 11, 'at step 11');
  const open = figure.page.locator('.emb .open');
  assert.equal(await open.getAttribute('rel'), 'noopener');
  const address = await poll(() => open.getAttribute('href'), (href) => href.includes('at=4:alloc.allocated%231&v='), 'the step in the link');
  await figure.close();
  assert.ok(address.startsWith(BASE), address);
  await withPage(address.slice(address.indexOf('#')), async (page) => {
    await idle(page);
    assert.equal(await page.inputValue('#script'), FAULT);
    const { command, step } = await where(page);
    assert.deepEqual([command, step], [4, 11]);
    assert.deepEqual(await page.locator('.tab[aria-pressed="true"]').allInnerTexts(), ['Buddy']);
  });
});

test('a figure leaves nothing in the storage of the page that it is from', () =>
  withPage(`?embed=1&view=buddy&theme=dark&lang=zh-CN${linkTo(FAULT)}`, async (page) => {
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  }, { wait: embedded }));

const frames = (page) => page.locator('mm-scope iframe').first().waitFor();
const DEMO = { path: 'embed/demo.html', wait: frames };

test('the demo page draws its figures, as high as their content', () =>
  withPage('', async (page) => {
    const hosts = page.locator('mm-scope');
    const total = await hosts.count();
    assert.ok(total >= 2);
    for (let at = 0; at < total; at += 1) {
      const host = hosts.nth(at);
      await host.scrollIntoViewIfNeeded();
      const frame = host.locator('iframe');
      const inside = frame.contentFrame();
      await inside.locator('.emb .panel').waitFor();
      const sandbox = (await frame.getAttribute('sandbox')).split(' ').sort();
      assert.ok(sandbox.every((word) => ['allow-popups', 'allow-same-origin', 'allow-scripts'].includes(word)), sandbox.join(' '));
      assert.notEqual(await frame.getAttribute('title'), '');
      const heights = () => Promise.all([
        frame.evaluate((node) => node.clientHeight),
        inside.locator('.emb').evaluate((node) => node.getBoundingClientRect().height),
      ]);
      await poll(heights, ([outer, inner]) => Math.abs(outer - inner) <= 2, 'as high as its content');
      assert.equal(await inside.locator('html').evaluate((root) => root.scrollHeight > root.clientHeight + 2), false, 'no inner scroll bar');
    }
  }, DEMO));

test('the element keeps its content, a link, where there is no script', () =>
  withPage('', async (page) => {
    assert.ok(await page.locator('mm-scope a').first().isVisible());
  }, { path: 'embed/demo.html', javaScriptEnabled: false, wait: (page) => page.locator('mm-scope').first().waitFor() }));

test('the element listens to its own figure only', () =>
  withPage('', async (page) => {
    const frame = page.locator('mm-scope iframe').first();
    await frame.contentFrame().locator('.emb .panel').waitFor();
    const height = await poll(() => frame.evaluate((node) => node.style.height), (value) => value !== '420px', 'told its height');
    await page.evaluate(() => {
      window.postMessage({ mmscope: 'height', height: 9000 }, '*');
      return new Promise((resolve) => { addEventListener('message', resolve, { once: true }); });
    });
    assert.equal(await frame.evaluate((node) => node.style.height), height);
  }, DEMO));

test('the height goes to the page around the figure and to no other origin', () =>
  withPage('', async (page, watch) => {
    const heard = (origin) => page.evaluate(([base, told]) => new Promise((resolve) => {
      const frame = document.createElement('iframe');
      let isTold = false;
      const listen = ({ source, data }) => { isTold ||= source === frame.contentWindow && data?.mmscope === 'height'; };
      addEventListener('message', listen);
      frame.src = `${base}?embed=1&view=buddy&origin=${encodeURIComponent(told)}`;
      document.body.append(frame);
      const look = () => {
        const height = frame.contentDocument?.querySelector('.emb .panel')?.clientHeight;
        if (!height) requestAnimationFrame(look);
        // It is drawn; a message sent by then arrives before the second frame from here.
        else requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(isTold), 0)));
      };
      look();
    }), [BASE, origin]);
    assert.equal(await heard('https://elsewhere.example'), false);
    // The browser complains about the message that it did not deliver.
    assert.ok(watch.consoleErrors.every((text) => /postMessage|target origin/.test(text)), watch.consoleErrors.join('\n'));
    watch.consoleErrors.length = 0;
    assert.equal(await heard(new URL(BASE).origin), true);
  }, { path: 'embed/demo.css', wait: async () => {} }));

test('the policy of the page is strict', () =>
  withPage('', async (page) => {
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    const rules = new Map(policy.split(';').map((rule) => rule.trim().split(/\s+(.*)/s)));
    assert.equal(rules.get('default-src'), "'none'");
    assert.ok(!/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|\*|https?:/.test(policy), policy);
    assert.equal(rules.get('connect-src'), "'self'");
    assert.equal(rules.get('base-uri'), "'none'");
    assert.equal(rules.get('form-action'), "'none'");
    assert.equal(await page.evaluate(() => document.querySelectorAll('body [style]:not([style^="--"])').length), 0, 'no inline styles but custom properties');
  }));

test('src takes pages of http and https and nothing that would run in the page around it', () =>
  withPage('', async (page) => {
    const shown = (src, lang) => page.evaluate(([address, tag]) => {
      const host = document.createElement('mm-scope');
      host.lang = tag;
      host.setAttribute('src', address);
      document.body.append(host);
      const frame = host.querySelector('iframe');
      return { frame: frame?.src, text: host.textContent };
    }, [src, lang]);
    for (const src of ['javascript:window.ran=1', ' java\nscript:window.ran=1', 'JAVASCRIPT:window.ran=1', 'data:text/html,<script>parent.ran=1</script>',
      'blob:null/1', 'file:///etc/hosts', 'about:blank', 'http://[bad']) {
      const { frame, text } = await shown(src, 'en');
      assert.equal(frame, undefined, src);
      assert.match(text, /http, https or relative/, src);
      assert.match((await shown(src, 'zh-CN')).text, /相对地址/);
    }
    assert.equal(await page.evaluate(() => window.ran), undefined);
    for (const src of ['../index.html', `${BASE}index.html`]) {
      const { frame } = await shown(src, 'en');
      assert.equal(new URL(frame).pathname, new URL(`${BASE}index.html`).pathname);
    }
    // A figure whose address becomes another: the frame goes, and comes again.
    const host = page.locator('mm-scope').first();
    const becomes = (src) => host.evaluate((node, address) => {
      node.setAttribute('src', address);
      return node.querySelectorAll('iframe').length;
    }, src);
    assert.deepEqual([await becomes('javascript:1'), await becomes('../index.html')], [0, 1]);
  }, DEMO));

for (const [step, rest] of [['4.10', ''], ['4:pcp.get', '&v=0'], ['4:pcp.gone', '']]) {
  test(`a figure at ${step}${rest}, which is no step of this model, opens at the command and says so`, () =>
    withPage(`?embed=1&view=buddy&step=${step}${rest}&lang=zh${linkTo(FAULT)}`, async (page) => {
      await poll(() => counts(page), ([at]) => at === 0, 'at the start');
      assert.equal(await page.locator('.emb .eh code').innerText(), 'web: write buf+0x123 8');
      assert.equal(await page.locator('.ec[role=status]').innerText(), '链接所指的步不属于此版本的模型：这里是那条命令的开头。');
    }, { wait: embedded }));
}
