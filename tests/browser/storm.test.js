// Several tabs that write at the same time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setUp } from './site.js';

const TABS = 4;
const SIGN_UPS = 100;
const SHARED = 25; // names every tab tries

let world;
before(async () => {
  world = await setUp();
});
after(() => world.close());

for (const worker of [true, false]) {
  test(`four tabs sign up ${SIGN_UPS} people each, in ${worker ? 'Workers' : 'the pages'}: nobody is lost, no name is given twice`, async () => {
    const name = `storm-${worker}`;
    const pages = await Promise.all(Array.from({ length: TABS }, () => world.open()));
    await Promise.all(
      pages.map((page) =>
        page.evaluate(
          async (options) => {
            globalThis.accounts = await placecard.open(options);
          },
          { name, worker },
        ),
      ),
    );
    const outcomes = await Promise.all(
      pages.map((page, tab) =>
        page.evaluate(
          async ({ tab, count, shared }) => {
            const outcomes = [];
            for (let index = 0; index < count; index += 1) {
              const username = index % 4 === 0 && index / 4 < shared ? `everyone-${index}` : `tab-${tab}-${index}`;
              outcomes.push({ username, ...(await attempt(accounts.signUp(form(username)))) });
            }
            return outcomes;
          },
          { tab, count: SIGN_UPS, shared: SHARED },
        ),
      ),
    );
    const accepted = outcomes.flat().filter(({ code }) => code === undefined);
    const refused = outcomes.flat().filter(({ code }) => code !== undefined);
    assert.deepEqual([...new Set(refused.map(({ code }) => code))], ['username-taken']);
    assert.equal(refused.length, SHARED * (TABS - 1));
    assert.ok(refused.every(({ username }) => username.startsWith('everyone-')));
    const expected = accepted.map(({ username }) => username).sort();
    assert.equal(new Set(expected).size, expected.length, 'a name was given twice');

    const fresh = await world.open();
    await fresh.evaluate(async (name) => {
      globalThis.accounts = await placecard.open({ name });
    }, name);
    for (const page of [fresh, ...pages]) {
      // A refusal looks at what is stored, so the tab knows all the others' commits afterwards.
      await page.evaluate(() => accounts.users.filterBy({ username: 'nobody' }).first());
      assert.deepEqual((await page.evaluate(() => names(accounts))).sort(), expected);
    }
    await Promise.all([fresh, ...pages].map((page) => page.close()));
  });
}
