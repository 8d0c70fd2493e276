// What a guest of the dinner-party page waits for, in dist/site as it is built, after ./scripts/build:
//   node scripts/benchmarks/page.mjs [rounds]
// A repeat visit with the network off until its form is ready, and the main thread's longest task while somebody signs
// up. The browser reports tasks of 50 ms and more; a sign-up without any counts as 0.
import { cpus, loadavg } from 'node:os';
import { launch, newProfile } from '../../tests/browser/chromium.js';
import { serve } from '../serve.mjs';
import { fromRoot } from './places.mjs';

const rounds = Number(process.argv[2] ?? 11);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('the number of rounds is 1 or more');

const password = 'paper tigers eat lace';
const profile = await newProfile();
const server = await serve(fromRoot('dist/site'));
const browser = await launch(profile.folder);
const load = loadavg()[0];
const measured = [];
for (let round = 0; round < rounds; round += 1) measured.push(await visit());
const { version } = browser;
await browser.close();
await server.close();
await profile.remove();

console.log(`| The page in Chromium, ${rounds} visitors | median | longest |`);
console.log('| --- | ---: | ---: |');
console.log(row('repeat visit offline, until the form is ready', 'ready'));
console.log(row('sign-up, from the click to the place card', 'signUp'));
console.log(row('the same: longest task of the main thread of 50 ms or more', 'longest'));
console.log(`\n${cpus()[0].model.trim()}, Chromium ${version}; load ${load.toFixed(1)}`);

/** One visitor with a browser to themselves. */
async function visit() {
  const context = await browser.context.browser().newContext();
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForSelector('#stored');
  const values = { username: 'Grace', email: 'grace@example.com', password, repeat: password };
  for (const [name, value] of Object.entries(values)) await page.fill(`form[name="sign-up"] [name="${name}"]`, value);
  await page.evaluate(() => {
    globalThis.tasks = [0];
    const note = (list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration));
    new PerformanceObserver(note).observe({ type: 'longtask' });
    const form = document.forms['sign-up'];
    form.addEventListener('submit', () => performance.mark('sent'), { capture: true });
    new MutationObserver((_, observer) => {
      if (document.body.dataset.view !== 'home') return;
      performance.measure('sign-up', 'sent');
      observer.disconnect();
    }).observe(document.body, { attributes: true });
  });
  await page.click('form[name="sign-up"] [type="submit"]');
  await page.waitForSelector('body[data-view="home"]');
  const [signUp, longest] = await page.evaluate(async () => {
    // What is noted late belongs to it as well: an observer hears of a task in a later one.
    await new Promise((resolve) => requestIdleCallback(resolve));
    return [performance.getEntriesByName('sign-up')[0].duration, Math.max(...globalThis.tasks)];
  });
  await context.setOffline(true);
  await page.reload();
  await page.waitForSelector('body[data-view="home"]');
  const ready = await page.evaluate(() => performance.getEntriesByName('party-ready')[0].startTime);
  await context.close();
  return { ready, signUp, longest };
}

/** @param {string} what @param {'ready' | 'signUp' | 'longest'} key */
function row(what, key) {
  const sorted = measured.map((one) => one[key]).sort((one, other) => one - other);
  const text = (ms) => (ms === 0 ? 'none' : `${ms.toFixed(0)} ms`);
  return `| ${what} | ${text(sorted[Math.floor(sorted.length / 2)])} | ${text(sorted.at(-1))} |`;
}
