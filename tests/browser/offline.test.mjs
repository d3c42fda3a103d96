// The page stays on the reader's device: later visits need no network, and a new version comes whole.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { idle, poll, where } from './drive.mjs';
import { BASE, ready, sharedBrowser } from './harness.mjs';

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm' };
const PATH = '/deep/down/';
const servers = [];
after(() => servers.forEach((server) => server.end()));

/** The files of the page under test: those that its worker keeps, and the worker. */
async function files() {
  const get = async (name) => Buffer.from(await (await fetch(BASE + name)).arrayBuffer());
  const worker = await get('sw.js');
  const names = [...String(worker).matchAll(/^ {2}\["([^"]+)", "sha256-/gm)].map(([, name]) => name);
  const kept = await Promise.all(names.map(async (name) => [name, await get(name === './' ? '' : name)]));
  return new Map([...kept, ['sw.js', worker]]);
}

/** Serves `site.files` below `PATH`, writing down what is asked for. */
async function serve(version, workerAge = 'no-cache') {
  const site = { files: version, asked: [] };
  const server = createServer((request, response) => {
    const name = request.url.split('?')[0].slice(PATH.length) || './';
    const body = request.url.startsWith(PATH) && site.files.get(name);
    site.asked.push(name);
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    const type = TYPES[name === './' ? 'html' : name.split('.').at(-1)] ?? 'text/plain';
    response.writeHead(body ? 200 : 404, { 'Content-Type': type, 'Cache-Control': name === 'sw.js' ? workerAge : 'no-cache' });
    return response.end(body || '');
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  site.url = `http://127.0.0.1:${server.address().port}${PATH}`;
  site.end = () => { server.close(); server.closeAllConnections(); };
  servers.push(site);
  return site;
}

async function withContext(body) {
  const context = await (await sharedBrowser()).newContext({ serviceWorkers: 'allow' });
  const errors = [];
  context.on('weberror', (error) => errors.push(String(error.error().stack)));
  context.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  try {
    await body(context, errors);
  } finally {
    await context.close();
  }
  assert.deepEqual(errors, []);
}

async function visit(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  await idle(page);
  return page;
}

const kept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
const caches = (page) => page.evaluate(() => caches.keys());

test('the second visit asks the network for nothing, under any path, and needs none', async () => {
  const site = await serve(await files(), 'max-age=3600');
  await withContext(async (context) => {
    const first = await visit(context, site.url);
    await kept(first);
    assert.deepEqual(await caches(first).then((names) => names.length), 1);
    await first.close();
    site.asked.length = 0;
    const second = await visit(context, `${site.url}#ex=14-buddy`);
    assert.equal(await second.locator('.scn').count(), 1);
    assert.deepEqual(site.asked, []);
    site.end();
    await second.reload();
    await ready(second);
    await idle(second);
    assert.ok((await where(second)).command > 0, 'the model runs');
    const figure = await context.newPage();
    await figure.goto(`${site.url}index.html?embed=1&view=buddy`);
    await figure.locator('.emb .panel').waitFor();
    await figure.goto(`${site.url}embed/demo.html`);
    await figure.locator('mm-scope iframe').first().contentFrame().locator('.emb .panel').waitFor();
  });
});

/** Another build: another page, a style sheet of another name, and a worker that says so. */
function another(version, title) {
  const page = String(version.get('./'));
  const style = page.match(/styles-[0-9a-zA-Z]{16}\.css/)[0];
  const name = `styles-${title.padEnd(16, '0')}.css`;
  const next = new Map([...version].filter(([file]) => file !== style));
  next.set(name, version.get(style));
  const text = page.replaceAll(style, name).replace(/<title>[^<]*/, `<title>${title}`);
  next.set('./', Buffer.from(text));
  const digest = (body) => `sha256-${createHash('sha256').update(body).digest('base64')}`;
  const worker = String(version.get('sw.js')).replace(style, name)
    .replace(digest(version.get('./')), digest(text)).replace(/(const CACHE = .*)`/, `$1${title}\``);
  next.set('sw.js', Buffer.from(worker));
  return next;
}

const settledOn = (page, count) => poll(() => page.evaluate(async () => {
  const { installing, waiting } = await navigator.serviceWorker.ready;
  return [(await caches.keys()).length, installing === null && waiting === null];
}), ([found, isCalm]) => found === count && isCalm, `${count} versions kept`, 20_000);

test('a new version takes over at the next visit, whole, and the old one is taken away', async () => {
  const old = await files();
  const site = await serve(old);
  await withContext(async (context) => {
    const first = await visit(context, site.url);
    await kept(first);
    const before = await first.title();
    site.files = another(old, 'second');
    await first.reload();
    await ready(first);
    assert.equal(await first.title(), before, 'what is kept is shown at once');
    await settledOn(first, 2);
    assert.ok(await first.evaluate(() => [...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)));
    site.asked.length = 0;
    await first.reload();
    await ready(first);
    assert.equal(await first.title(), 'second');
    assert.ok(await first.evaluate(() => [...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)));
    assert.deepEqual(site.asked.filter((name) => name !== 'sw.js'), []);
    await settledOn(first, 1);
  });
});

test('a version of which one file is not the one that it names is never shown', async () => {
  const old = await files();
  const site = await serve(old);
  const context = await (await sharedBrowser()).newContext({ serviceWorkers: 'allow' });
  const first = await visit(context, site.url);
  await kept(first);
  const before = await first.title();
  // The host is in the middle of an upload: the worker is new, the page is a third one.
  const broken = another(old, 'second');
  broken.set('./', Buffer.from(String(broken.get('./')).replace('<title>second', '<title>third')));
  site.files = broken;
  site.asked.length = 0;
  await first.reload();
  await ready(first);
  await poll(() => site.asked, (asked) => asked.includes('./'), 'the new page asked for');
  await settledOn(first, 1);
  await first.reload();
  await ready(first);
  assert.equal(await first.title(), before);
  await context.close();
});

test('a server for development shows its own page, whatever was kept for its address', async () => {
  const version = await files();
  const site = await serve(version);
  await withContext(async (context) => {
    const page = await visit(context, site.url);
    await kept(page);
    const fresh = another(version, 'fresh');
    const text = String(fresh.get('./')).replace(/<script>\s*addEventListener\("TrunkApplicationStarted"[^]*?<\/script>/, '');
    fresh.set('./', Buffer.from(text));
    fresh.set('sw.js', readFileSync(new URL('../../web/offline/sw.js', import.meta.url)));
    site.files = fresh;
    await page.reload();
    await poll(() => page.title(), (title) => title === 'fresh', 'the page of the server', 20_000);
    await poll(() => page.evaluate(async () => [
      (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
    ]), ([caches, workers]) => caches + workers === 0, 'nothing kept');
  });
});

test('a figure keeps nothing, and a page in a frame of another origin works', async () => {
  const site = await serve(await files());
  await withContext(async (context) => {
    const figure = await context.newPage();
    await figure.goto(`${site.url}?embed=1&view=buddy`);
    await figure.locator('.emb .panel').waitFor();
    assert.deepEqual(await figure.evaluate(async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]), [0, 0]);
    // Another host name is another origin.
    await figure.goto(site.url.replace('127.0.0.1', 'localhost').replace(PATH, `${PATH}embed/demo.css`));
    await figure.evaluate((url) => {
      document.body.innerHTML = `<iframe sandbox="allow-scripts allow-same-origin" src="${url}" width="900" height="700"></iframe>`;
    }, site.url);
    await figure.frameLocator('iframe').locator('.stage').waitFor();
  });
});
