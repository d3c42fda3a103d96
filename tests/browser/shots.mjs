// Takes the pictures of `cargo xtask shots`: node shots.mjs FOLDER [NAME...]
//
// Names are LANG-THEME-WHAT; NAME arguments keep only the pictures whose name contains one.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PANELS } from './drive.mjs';
import { DESKTOP, PHONE, openPage, ready, settled, startBrowser } from './harness.mjs';

const LANGUAGES = ['en', 'zh'];
const THEMES = ['light', 'dark'];
const EMBED = { viewport: { width: 720, height: 480 } };

const [folder, ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const shots = LANGUAGES.flatMap((lang) => THEMES.flatMap((theme) => {
  const base = `lang=${lang}&theme=${theme}`;
  const named = (what, query, options) => ({ name: `${lang}-${theme}-${what}`, query, options });
  return [
    named('first', base, DESKTOP),
    ...PANELS.map((panel) => named(`panel-${panel}`, `${base}&panels=${panel}`, DESKTOP)),
    named('phone', base, PHONE),
    ...PANELS.map((panel) => named(`phone-${panel}`, `${base}&panels=${panel}`, PHONE)),
    named('embed', `${base}&embed=1&view=translate`, EMBED),
  ];
})).filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));

const browser = await startBrowser();
let unwell = 0;
for (const { name, query, options } of shots) {
  const notes = await take(name, query, options);
  unwell += notes.length > 0 ? 1 : 0;
  console.log([name, ...notes].join('\n    '));
}
await browser.close();
console.log(`${shots.length} pictures in ${folder}, ${unwell} of them with notes`);

/** Takes one picture and returns what was wrong with the page while it was open. */
async function take(name, query, options) {
  const notes = [];
  // A page that does not come up is still worth a picture.
  const wait = (page) => ready(page).catch(() => notes.push('never became ready'));
  const { page, watch } = await openPage(query, { browser, wait, reducedMotion: 'reduce', ...options });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await settled(page);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  notes.push(...new Set(watch.problems().map((text) => text.slice(0, 160))));
  if (overflow > 0) notes.push(`wider than the window by ${overflow} px`);
  await page.context().close();
  return notes;
}
