// What a guest of the dinner-party page waits for, in dist/site as it is built: a repeat visit with the network off until
// its form is ready, a sign-up, and the main thread's longest task meanwhile.

import { withPages } from './chromium.mjs';
import { fromRoot } from './places.mjs';
import { median } from './rounds.mjs';

const PASSWORD = 'paper tigers eat lace';
const LONG_TASK_MS = 50; // shorter ones the browser does not report
const READY = 'repeat visit with the network off, until the form is ready';
const SIGN_UP = 'sign-up, from the click to the place card';
const LONGEST = "the main thread's longest task in all of those sign-ups";

export async function measure({ rounds }) {
  return withPages(fromRoot('dist/site'), async (_, { browser, url }) => {
    const visits = [];
    for (let round = 0; round < rounds; ++round) visits.push(await visit(browser, url));
    const longest = Math.max(...visits.map((one) => one.longest));
    return {
      title: 'The dinner-party page in Chromium',
      medians: [
        { name: READY, ms: median(visits.map(({ ready }) => ready)) },
        { name: SIGN_UP, ms: median(visits.map(({ signUp }) => signUp)) },
        { name: LONGEST, ms: longest, text: longest === 0 ? `none of ${LONG_TASK_MS} ms or more` : undefined },
      ],
      targets: [{ peer: LONGEST, atMostMs: LONG_TASK_MS }],
      apart: true,
      note:
        `${rounds} visitors, each with an empty profile; the longest task is no median. A sign-up is with its two ` +
        'derivations of 64 MiB, in the Worker. Served from this machine: no network is in the figures.',
    };
  });
}

/**
 * One visitor with a profile to themselves.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 */
async function visit(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector('#stored');
  const values = { username: 'Grace', email: 'grace@example.com', password: PASSWORD, repeat: PASSWORD };
  for (const [name, value] of Object.entries(values)) await page.fill(`form[name="sign-up"] [name="${name}"]`, value);
  await page.evaluate(watch);
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

/** In the page: notes its tasks from now on, and how long the form takes from being sent to the next view. */
function watch() {
  globalThis.tasks = [0];
  const note = (list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(note).observe({ type: 'longtask' });
  document.forms['sign-up'].addEventListener('submit', () => performance.mark('sent'), { capture: true });
  new MutationObserver((_, observer) => {
    if (document.body.dataset.view !== 'home') return;
    performance.measure('sign-up', 'sent');
    observer.disconnect();
  }).observe(document.body, { attributes: true });
}
