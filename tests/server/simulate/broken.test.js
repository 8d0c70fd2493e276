// The simulator finds what it is there to find: with a server or a device that is broken on purpose, one of the first
// runs fails and says what is wrong.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { password } from './prepared.js';
import { newSetting } from './setting.js';
import { World } from './world.js';

const RUNS = 60;

/** @type {Awaited<ReturnType<typeof newSetting>>} */
let setting;
before(async () => {
  setting = await newSetting();
});
after(() => setting.close());

/** @typedef {import('./server.js').Handler} Handler */

/** @param {Handler} handler @param {RegExp} path @param {(body: any) => void} change */
const rewriting =
  (handler, path, change) =>
  /** @type {Handler} */
  async (request) => {
    const response = await handler(request);
    if (!path.test(request.url) || !response.ok) return response;
    const body = await response.json();
    change(body);
    return Response.json(body);
  };

/** @type {Record<string, { flaw: (handler: Handler) => Handler, finds: RegExp }>} */
const servers = {
  'says it has applied what it then loses': {
    flaw: (handler) => async (request) => {
      if (!request.url.endsWith('/v1/push')) return handler(request);
      const before = await setting.server.backup();
      const response = await handler(request);
      await setting.server.restore(before, false);
      return response;
    },
    finds: /is not on the server|says .*, the server|never come to rest/,
  },
  'does not know an op again': {
    flaw: (handler) =>
      rewriting(handler, /push$/, ({ results = [] }) => {
        for (const result of results) if (result.status === 'duplicate') result.status = 'applied';
      }),
    finds: /was applied twice/,
  },
  'lets two have one name': {
    flaw: (handler) => async (request) => {
      const response = await handler(request);
      await setting.server.query(`UPDATE "user" SET username = 'Ada' WHERE username = 'cy'`);
      return response;
    },
    finds: /two have the username ada/,
  },
  'keeps to itself what there is to pull': {
    flaw: (handler) =>
      rewriting(handler, /pull/, (body) => {
        body.ops = [];
      }),
    finds: /has \[.*\], .* \[.*\]|says .*, the server/,
  },
};

for (const [what, { flaw, finds }] of Object.entries(servers)) {
  test(`a server that ${what} is found out`, async () => {
    setting.server.flaw = flaw;
    assert.match(await firstFailure(), finds);
  });
}

test('a device that says a secret is found out', async () => {
  setting.server.flaw = (handler) => handler;
  const failure = await firstFailure((world) => {
    const { network } = world;
    const fetchOf = network.fetchOf.bind(network);
    network.fetchOf = (from) => {
      const send = fetchOf(from);
      return /** @type {any} */ (
        (/** @type {string} */ url, /** @type {any} */ init) =>
          send(url, { ...init, headers: { ...init.headers, 'x-help': btoa(password) } })
      );
    };
  });
  assert.match(failure, /"samovar" was sent/);
});

/** @param {(world: World) => void} [breaks] */
async function firstFailure(breaks = () => {}) {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const world = new World(setting, seed);
    breaks(world);
    const wrong = await world.run().catch((error) => [String(error)]);
    if (wrong.length > 0) return wrong.join('\n');
  }
  return `nothing in ${RUNS} runs`;
}
