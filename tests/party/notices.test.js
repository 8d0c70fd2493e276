// What ends a session that this tab did not end itself, each made by the thing that makes it: another tab, another clock,
// another installation. The page says what happened and what to do, and nothing it kept is gone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { atHome, go, heard, logIn, look, setUp, signUp } from './world.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let world;
before(async () => {
  world = await setUp();
});
after(() => world.close());

/**
 * Accounts opened in another tab, as another program of this origin would.
 * @param {import('playwright-core').Page} page
 * @param {object} how
 * @param {number} [how.later] how far its clock is ahead, in milliseconds
 * @param {string} [how.installId] which installation it takes this for; then sessions are protected strongly
 * @param {string} [work] what is called there
 */
function inAnotherProgram(page, { later, installId }, work) {
  return page.evaluate(
    async ([later, installId, work]) => {
      const [, folder] = document.querySelector('link[rel="stylesheet"]').href.match(/(page-\w+)\//);
      const { open } = await import(`./${folder}/placecard/index.js`);
      const session = installId && { protection: 'strong', installId: () => installId };
      const accounts = await open({ now: later && (() => Date.now() + later), session });
      await accounts[work]();
      await accounts.close();
    },
    [later, installId, work],
  );
}

const endings = [
  {
    name: 'expired',
    how: (tab) => inAnotherProgram(tab, { later: 400 * DAY_MS }, 'loadUser'),
    says: /log-in has run out.*still there/,
    view: 'locked',
  },
  {
    name: 'clock-set-back',
    // What looked with a clock that was ahead has left its time behind; by this tab's clock that is to come.
    how: async (tab, page) => {
      await inAnotherProgram(tab, { later: 3 * DAY_MS }, 'loadUser');
      await page.reload();
    },
    says: /clock of this device was set back/,
    view: 'locked',
  },
  {
    name: 'protected',
    how: (tab) => inAnotherProgram(tab, { installId: 'a copied profile' }, 'loadUser'),
    says: /moved from another device/,
    view: 'log-in',
  },
  {
    name: 'deactivated',
    how: (tab) => inAnotherProgram(tab, {}, 'deactivate'),
    says: /account was deactivated/,
    view: 'log-in',
  },
  {
    name: 'switched',
    how: async (tab) => {
      await tab.click('.actions >> text=Switch account');
      await tab.click('text=Somebody new');
      await signUp(tab, 'Edsger');
    },
    says: /Somebody else logged in in another tab/,
    view: 'home',
  },
  {
    name: 'locked',
    how: (tab) => tab.click('.actions >> text=Lock'),
    says: /locked in another tab/,
    view: 'locked',
  },
  {
    name: 'deleted',
    how: async (tab) => {
      await go(tab, 'profile');
      await tab.click('summary >> text=Delete account');
      await tab.fill('form[name="remove"] [name="password"]', 'paper tigers eat lace');
      await tab.click('form[name="remove"] [type="submit"]');
    },
    says: /deleted in another tab/,
    view: 'sign-up',
  },
];

for (const { name, how, says, view } of endings) {
  test(`a session that ended: ${name}`, async () => {
    const visitor = await world.visitor();
    const page = await visitor.open();
    await signUp(page, 'Grace', { remember: true });
    const tab = await visitor.open();
    await atHome(tab, 'Grace');
    await how(tab, page);
    await page.waitForSelector(`[data-notice="ended-${name}"]`);
    await page.waitForSelector(`body[data-view="${view}"]`);
    await heard(page, says);
    await tab.close();
    await look(page, `ended-${name}`);
    await page.click(`[data-notice="ended-${name}"] button`);
    await page.waitForSelector(`[data-notice="ended-${name}"]`, { state: 'detached' });
    await visitor.close();
  });
}

test('an account that was deactivated does not open, and the page says why', async () => {
  const visitor = await world.visitor();
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await inAnotherProgram(page, {}, 'deactivate');
  await page.waitForSelector('body[data-view="log-in"]');
  await logIn(page, 'Grace');
  await page.waitForSelector('form[name="log-in"] .error p');
  assert.match(await page.textContent('form[name="log-in"]'), /deactivated/);
  await look(page, 'deactivated-log-in');
  await visitor.close();
});
