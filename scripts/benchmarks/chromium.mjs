import { launch, newProfile } from '../../tests/browser/chromium.js';
import { serve } from '../serve.mjs';

const headers = {
  // Cross-origin isolated, where a page's clock is at its finest.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  // As static hosts have it: on a second visit the files, and what was compiled of them, are the browser's own.
  'cache-control': 'max-age=600',
};

// Of many tabs all but one are in the background, which must not make them slower than that one.
const flags = [
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-background-timer-throttling',
];

export async function chromiumVersion() {
  return withBrowser(async ({ version }) => version);
}

/**
 * Opens a page in a new tab; the name picks an origin, with storage, files and processes of its own.
 * @typedef {(path?: string, origin?: string) => Promise<import('playwright-core').Page>} OpenPage
 */

/**
 * Serves the folder to a Chromium with a profile of its own on the disk.
 * @template T
 * @param {string} folder
 * @param {(open: OpenPage, raw: { browser: import('playwright-core').Browser, url: string }) => Promise<T>} work
 */
export async function withPages(folder, work) {
  const server = await serve(folder, { headers });
  try {
    return await withBrowser(({ context }) => {
      const open = async (path = '', origin = '') => {
        const url = new URL(path, server.url);
        if (origin !== '') url.hostname = `${origin}.localhost`; // which is this machine, as RFC 6761 has it
        const page = await context.newPage();
        page.on('pageerror', (error) => console.error(`in the page: ${error.message}`));
        await page.goto(url.href);
        return page;
      };
      return work(open, { browser: context.browser(), url: server.url });
    });
  } finally {
    await server.close();
  }
}

/**
 * @template T
 * @param {(browser: Awaited<ReturnType<typeof launch>>) => Promise<T>} work
 */
async function withBrowser(work) {
  const profile = await newProfile();
  const browser = await launch(profile.folder, flags);
  try {
    return await work(browser);
  } finally {
    await browser.close();
    await profile.remove();
  }
}
