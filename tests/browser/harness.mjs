// What every browser test starts from: a browser with a fresh profile, a page that is
// watched for errors and for requests that leave its origin, and axe.
//
// `cargo xtask test browser` sets MMSCOPE_URL (the optimised page) and CHROME, and
// FONTCONFIG_FILE, which the browser obeys, with MMSCOPE_FONTS, which says what is in it.
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

/** Address of the page under test, with a slash at its end. */
export const BASE = required('MMSCOPE_URL');

/** Desktop and phone, as DESIGN and the pictures have them. */
export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = {
  viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true,
};

/** A cold start takes a fraction of a second; a machine busy with builds some more. */
const READY_MS = 60_000;

/** Longer than any test should take, short enough to end one that hangs in the page. */
const TEST_MS = 300_000;

/** The rules of WCAG 2.2 AA, by axe's tags. */
const WCAG_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const ARGS = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the tests with \`cargo xtask test browser\``);
  return value;
}

/** Starts Chromium with a profile of its own. Close it, or use `sharedBrowser`. */
export function startBrowser() {
  // Playwright's own default is no sandbox, which root in a container needs.
  return chromium.launch({ executablePath: required('CHROME'), args: ARGS });
}

let shared;

/** One browser for all tests of a file; closed after the last of them. */
export function sharedBrowser() {
  shared ??= startBrowser();
  return shared;
}

// At the top level: inside a test, `after` would belong to that test. A script that is no
// test file (pictures, figures) starts and closes its browser itself.
if (process.argv[1]?.endsWith('.test.mjs')) after(async () => (await shared)?.close());

/**
 * Opens the page with `query` (such as `lang=zh&theme=dark#...`) in a context of its own
 * and waits until the application has drawn something. `init` runs in each page before its own scripts.
 *
 * Returns `{ page, watch, close }`. `close()` fails if the page logged an error, threw, or
 * asked anything of another origin, so a test gets these checks by closing its page.
 */
export async function openPage(query = '', options = {}) {
  const { browser = await sharedBrowser(), path = '', wait = ready, init, ...contextOptions } = options;
  // Each context is a first visit: a worker would only fetch all of the page once more.
  const context = await browser.newContext({ ...DESKTOP, serviceWorkers: 'block', ...contextOptions });
  const watch = await watchContext(context);
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  const search = query && !/^[?#]/.test(query) ? `?${query}` : query;
  await page.goto(BASE + path + search);
  try {
    await wait(page);
  } catch (error) {
    await context.close();
    throw withProblems(error, watch);
  }
  const close = async () => {
    await context.close();
    watch.check();
  };
  return { page, watch, close };
}

/** Runs `test(page, watch)` on an opened page and closes it with all checks. */
export async function withPage(query, test, options) {
  const { page, watch, close } = await openPage(query, options);
  const { signal, stop } = deadline(TEST_MS);
  try {
    await Promise.race([test(page, watch), signal]);
  } catch (error) {
    await page.context().close();
    throw withProblems(error, watch);
  } finally {
    stop();
  }
  await close();
}

/** The error of a test together with what the page said meanwhile, often its cause. */
function withProblems(error, watch) {
  const problems = watch.problems();
  if (problems.length === 0) return error;
  return new Error([error.message, 'Meanwhile in the page:', ...problems].join('\n'), { cause: error });
}

/** A promise that fails after `ms`, unless it is stopped. */
function deadline(ms) {
  let timer;
  const signal = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms);
  });
  return { signal, stop: () => clearTimeout(timer) };
}

/** Waits until wasm has started and Yew has drawn its first view, which has a `<main>`. */
export async function ready(page) {
  await page.waitForFunction(() => window.wasmBindings && document.querySelector('main'), null, { timeout: READY_MS });
}

/** Waits until the page has not changed for `quietMs`, or for `limitMs` at most (an animation). */
export function settled(page, quietMs = 300, limitMs = 8000) {
  return page.evaluate(([quiet, limit]) => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      clearTimeout(calm);
      calm = setTimeout(done, quiet);
    });
    const done = () => {
      observer.disconnect();
      clearTimeout(calm);
      clearTimeout(end);
      resolve();
    };
    let calm = setTimeout(done, quiet);
    const end = setTimeout(done, limit);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  }), [quietMs, limitMs]);
}

/** Records what a context requests and what its pages complain about. */
async function watchContext(context) {
  const origin = new URL(BASE).origin;
  const watch = {
    /** Every address requested, in order. */
    requests: [],
    /** Addresses of other origins; they were refused. */
    foreign: [],
    /** `console.error` texts: a broken policy, a failed load and our own complaints. */
    consoleErrors: [],
    /** Uncaught exceptions, wasm traps among them. */
    pageErrors: [],
    /** `console.warn` texts, for who wants them; they do not fail a test. */
    consoleWarnings: [],
    problems() {
      return [
        ...watch.foreign.map((url) => `request to another origin: ${url}`),
        ...watch.consoleErrors.map((text) => `console error: ${text}`),
        ...watch.pageErrors.map((text) => `page error: ${text}`),
      ];
    },
    check() {
      assert.deepEqual(watch.problems(), []);
    },
  };
  const isForeign = (url) => !['data:', 'blob:', 'about:'].includes(url.protocol) && url.origin !== origin;
  await context.route(isForeign, (route) => route.abort());
  context.on('request', (request) => {
    watch.requests.push(request.url());
    if (isForeign(new URL(request.url()))) watch.foreign.push(request.url());
  });
  context.on('console', (message) => {
    if (message.type() === 'error') watch.consoleErrors.push(`${message.text()} (${message.location().url})`);
    if (message.type() === 'warning') watch.consoleWarnings.push(message.text());
  });
  context.on('weberror', (webError) => watch.pageErrors.push(String(webError.error().stack)));
  return watch;
}

/** Runs axe on the page as it is now; returns its violations in a readable form. */
export async function axeViolations(page, options = {}) {
  // `evaluate` is the debugger's and so not subject to the page's policy, unlike a script tag.
  await page.evaluate(axe.source);
  const results = await page.evaluate(
    (run) => window.axe.run(document, run),
    { runOnly: { type: 'tag', values: WCAG_TAGS }, ...options },
  );
  return results.violations.map(({ id, help, nodes }) => ({
    id, help, nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary}`),
  }));
}

/** Fails with the list of violations unless the page as it is now has none. */
export async function assertAccessible(page, options) {
  assert.deepEqual(await axeViolations(page, options), []);
}
