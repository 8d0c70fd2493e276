import { chromium } from 'playwright-core';
import { serve } from '../serve.mjs';

const options = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export async function chromiumVersion() {
  const browser = await chromium.launch(options);
  const version = browser.version();
  await browser.close();
  return version;
}

/**
 * Opens the folder's index.html. It is cross-origin isolated, where the page's clock is at its finest.
 * @template T
 * @param {string} folder
 * @param {(page: import('playwright-core').Page) => Promise<T>} work
 */
export async function withPage(folder, work) {
  const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
  const server = await serve(folder, { headers: isolated });
  const browser = await chromium.launch(options);
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`in the page: ${error.message}`));
    await page.goto(server.url);
    return await work(page);
  } finally {
    await browser.close();
    await server.close();
  }
}
