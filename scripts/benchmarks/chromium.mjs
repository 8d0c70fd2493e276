import { launch, newProfile } from '../../tests/browser/chromium.js';
import { serve } from '../serve.mjs';

// Cross-origin isolated, where a page's clock is at its finest.
const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

export async function chromiumVersion() {
  return withBrowser(async ({ version }) => version);
}

/**
 * Serves the folder to a Chromium with a profile of its own on the disk.
 * @template T
 * @param {string} folder
 * @param {(open: (path?: string) => Promise<import('playwright-core').Page>) => Promise<T>} work is given what opens a
 *   page in a new tab
 */
export async function withPages(folder, work) {
  const server = await serve(folder, { headers: isolated });
  try {
    return await withBrowser(({ context }) =>
      work(async (path = '') => {
        const page = await context.newPage();
        page.on('pageerror', (error) => console.error(`in the page: ${error.message}`));
        await page.goto(new URL(path, server.url).href);
        return page;
      }),
    );
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
  const browser = await launch(profile.folder);
  try {
    return await work(browser);
  } finally {
    await browser.close();
    await profile.remove();
  }
}
