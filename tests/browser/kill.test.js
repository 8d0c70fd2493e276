// The browser dies at a random moment in a stream of sign-ups. KILLS says how often (10), SEED makes a run repeat.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomFrom, seed } from '../seed.js';
import { setUp } from './site.js';
import { inspect } from './sqlite.js';

const KILLS = Number(process.env.KILLS ?? 10);
const MOST_BEFORE_KILL = 30;

let world;
before(async () => {
  world = await setUp();
});
after(() => world.close());

test(`${KILLS} kills in a stream of sign-ups: everyone acknowledged is there, nobody is half there`, async () => {
  const random = randomFrom(seed);
  const acknowledged = new Set();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await signUpUntilKilled({ kill, random, acknowledged });
    await world.relaunch();
    const page = await world.open();
    const last = [...acknowledged].at(-1);
    const { bytes, found, loggedIn } = await page.evaluate(async (last) => {
      const accounts = await placecard.open();
      const users = await accounts.users.all();
      const bytes = await accounts.exportDatabase();
      const session = await accounts.logIn({ login: last, password: form(last).password });
      const loggedIn = session.user.username;
      await accounts.close();
      const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
      return { bytes: btoa(text), found: users.map(({ username, email }) => [username, email]), loggedIn };
    }, last);
    assert.equal(loggedIn, last);
    const names = new Set(found.map(([username]) => username));
    const lost = [...acknowledged].filter((name) => !names.has(name));
    assert.deepEqual(lost, [], `lost after kill ${kill}`);
    const next = new Map(); // each life signed up 0, 1, 2, ... and whatever is stored of it is a beginning of that
    for (const [username, email] of found) {
      const [, life, index] = username.match(/^kill-(\d+)-(\d+)$/);
      assert.equal(Number(index), next.get(life) ?? 0, `something is missing before ${username}`);
      next.set(life, Number(index) + 1);
      assert.equal(email, `${username}@example.com`);
    }
    assert.deepEqual(await inspect(Buffer.from(bytes, 'base64')), { integrity: 'ok', users: found.length });
    await page.close();
  }
  assert.ok(acknowledged.size >= KILLS, 'hardly anything was acknowledged: the test shows nothing');
});

/** Resolves when the browser is dead, some time after so many people were acknowledged. */
async function signUpUntilKilled({ kill, random, acknowledged }) {
  const page = await world.open();
  const enough = 1 + Math.floor(random() * MOST_BEFORE_KILL);
  let count = 0;
  const dead = new Promise((resolve, reject) => {
    const onAcknowledged = (username) => {
      acknowledged.add(username);
      count += 1;
      // The page does not wait for this, so the kill comes in the middle of whatever it does by then.
      if (count === enough) world.kill().then(resolve, reject);
    };
    page.exposeFunction('acknowledged', onAcknowledged).catch(reject);
  });
  await page.waitForFunction('globalThis.acknowledged');
  page
    .evaluate(async (kill) => {
      const accounts = await placecard.open();
      for (let index = 0; ; index += 1) {
        const username = `kill-${kill}-${index}`;
        await accounts.signUp(form(username));
        acknowledged(username);
      }
    }, kill)
    .catch(() => {}); // it ends with the browser
  await dead;
}
