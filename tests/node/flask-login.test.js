// 37 scenarios recorded from Flask-Login, played step by step against Accounts. Where a step gives something else here,
// it does so on purpose: the table below says what, and the README says why.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';

import { indexedDbStorage } from '../../web/placecard/storage/indexeddb.js';
import { memoryKeyStore } from '../support/key-store.js';
import { open, refused, root, vectors } from '../support/placecard.js';

globalThis.IDBKeyRange = IDBKeyRange;

const { scenarios } = await vectors('sessions.json');
const kdf = { memoryMiB: 19 };
const password = 'lace and engines';
const names = ['ada', 'grace', 'edsger'];

// --- what differs ---------------------------------------------------------------------------------------------------

const nobody = { active: false, anonymous: true, authenticated: false, fresh: false, id: null, remembered: false };
/** Whether an earlier step was one of these. */
const since = ({ steps }, step, wanted) => steps.slice(0, steps.indexOf(step)).some((one) => one.do.match(wanted));
const without = (signals, ...dropped) => signals.filter(([name]) => !dropped.includes(name));

/**
 * Each as the README's table names it: which steps it is about, and what they give here instead, if that can be seen.
 * @type {{ name: string, meets: (step: any, scenario: any) => unknown,
 *   gives?: (expected: any, step: any, scenario: any) => object }[]} gives gets what is expected so far, and the step as recorded
 */
const departures = [
  {
    name: 'cookies, response codes, flashed messages, `next` in the session',
    meets: ({ status, flashes, remember_cookie }) => remember_cookie || flashes || status === 302,
  },
  {
    name: '`login_user` returns False for an inactive user',
    meets: ({ returned }) => returned === false,
    gives: () => ({ returned: 'account-inactive' }),
  },
  {
    name: '`confirm_login()` takes the caller’s word, even when nobody is logged in',
    meets: (_, { name }) => name === 'confirm without login',
    gives: (step) => ({ state: nobody, signals: without(step.signals, 'user_login_confirmed') }),
  },
  {
    name: 'a session counts as remembered once its cookie has come back',
    meets: (step) => step.do.match(/login.*remember/),
    gives: ({ state }) => ({ state: { ...state, remembered: true } }),
  },
  {
    name: 'a restored session, or an empty one, is taken for one from another browser',
    meets: (step, scenario) => String(step.signals).includes('session_protected') && !since(scenario, step, /agent/),
    gives: (step) => ({ signals: without(step.signals, 'session_protected') }),
  },
  {
    name: 'strong protection ends a restored session at the second request',
    meets: (step, { name }) => name.endsWith('second request') && step.state?.anonymous,
    gives: () => ({
      state: { ...nobody, active: true, anonymous: false, authenticated: true, id: '1', remembered: true },
    }),
  },
  {
    name: 'strong protection spares a permanent session',
    meets: (step, scenario) => scenario.name.includes('permanent') && since(scenario, step, /agent/),
    gives: ({ signals }, step, { steps }) => ({
      state: nobody,
      signals: steps.indexOf(step) === 2 ? signals : without(signals, 'session_protected'),
    }),
  },
  {
    name: 'an unknown kind of protection protects nothing',
    meets: (_, { name }) => name === 'protection unknown value',
  },
  {
    name: 'a deactivated user stays logged in',
    meets: (step, scenario) => step.state && since(scenario, step, /deactivate/),
    gives: ({ signals }) => ({ state: nobody, signals: without(signals, 'user_loaded_from_cookie') }),
  },
  {
    name: 'a deleted user leaves a fresh session or a cookie behind, for whoever gets the id next',
    meets: (step, scenario) => step.state && since(scenario, step, /delete/),
    gives: () => ({ state: nobody }),
  },
  {
    name: 'request loaders',
    meets: (step) => String(step.signals).includes('loaded_from_request'),
    gives: (step) =>
      step.do.includes('/who')
        ? { state: nobody, signals: [['user_accessed']] }
        : { state: undefined, status: 401, signals: [['user_accessed'], ['user_unauthorized']] },
  },
  {
    name: '`OPTIONS` requests are let in',
    meets: (step) => step.do.startsWith('OPTIONS'),
    gives: () => ({ state: undefined, status: 401, signals: [['user_accessed'], ['user_unauthorized']] }),
  },
];

/** What a step gives here. */
function expectedOf(step, scenario) {
  let expected = step;
  for (const { meets, gives } of departures) {
    if (gives && meets(step, scenario)) expected = { ...expected, ...gives(expected, step, scenario) };
  }
  return expected;
}

// --- playing --------------------------------------------------------------------------------------------------------

/** Three people, edsger inactive, in a database of their own. */
async function peopled() {
  const accounts = await open({ kdf });
  for (const name of names) await accounts.signUp({ username: name, email: `${name}@example.com`, password });
  await accounts.deactivate();
  const bytes = await accounts.exportDatabase();
  await accounts.close();
  return bytes;
}

const database = await peopled();

/** One browser with its storage, which several Accounts may use one after the other, or at once. */
class Browser {
  #config;
  #handlers;
  #factory = new IDBFactory();
  #storage = indexedDbStorage('party', { indexedDB: this.#factory });
  #keyStore = memoryKeyStore();
  agent = 'A';
  /** @type {[string, string?][]} what was told since the step began */
  told = [];

  constructor({ config, steps }) {
    this.#config = config;
    const custom = (name) => (steps.some((step) => step.custom === name) ? () => name : undefined);
    this.#handlers = { unauthorized: custom('unauthorized'), needsRefresh: custom('refresh') };
  }

  #options() {
    const { SESSION_PROTECTION: protection = 'basic', REMEMBER_COOKIE_REFRESH_EACH_REQUEST: each } = this.#config;
    const { login_view: loginView = '/login-page', refresh_view: refreshView } = this.#config;
    const session = { protection, refreshEachAccess: each, installId: () => this.agent };
    const common = { kdf, storage: this.#storage, keyStore: this.#keyStore };
    return { ...common, session, loginView, refreshView, ...this.#handlers };
  }

  async open() {
    this.accounts = await open(this.#options());
    for (const type of [
      'user-accessed',
      'user-loaded-from-device',
      'session-protected',
      'user-logged-in',
      'user-logged-out',
      'user-login-confirmed',
      'user-unauthorized',
      'user-needs-refresh',
    ]) {
      this.accounts.on(type, ({ user }) => this.told.push([type, user.getId()]));
    }
  }

  async fill() {
    const accounts = await open({ kdf, storage: this.#storage });
    await accounts.importDatabase(database);
    await accounts.close();
  }

  /** Somebody else at the same storage, as another process of the app was. */
  async elsewhere(id, work) {
    const accounts = await open({ kdf, storage: this.#storage });
    await accounts.logIn({ login: names[id - 1], password });
    await work(accounts);
    await accounts.close();
  }

  forge() {
    return this.#keyStore.put('00'.repeat(16), new Uint8Array(32));
  }

  get state() {
    const { accounts } = this;
    const { currentUser: user } = accounts;
    return {
      active: user.isActive,
      anonymous: user.isAnonymous,
      authenticated: user.isAuthenticated,
      fresh: accounts.isFresh,
      id: user.getId(),
      remembered: accounts.isRemembered,
    };
  }
}

/** What a request is here. @type {[RegExp, (browser: Browser, given: URLSearchParams, id: number) => Promise<object>][]} */
const requests = [
  [/^GET \/noop/, async () => ({})],
  [
    /^GET \/who/,
    async (browser) => {
      await browser.accounts.loadUser();
      return { state: browser.state };
    },
  ],
  [
    /^GET \/login/,
    async (browser, given) => {
      const duration = given.has('duration') ? Number(given.get('duration')) * 1000 : undefined;
      const remember = given.has('remember') || undefined;
      const wish = { remember, duration, fresh: given.get('fresh') !== '0', force: given.has('force') };
      try {
        await browser.accounts.logIn({ login: names[given.get('u') - 1], password, ...wish });
        return { returned: true, state: browser.state };
      } catch ({ code }) {
        await browser.accounts.loadUser();
        return { returned: code, state: browser.state };
      }
    },
  ],
  [
    /^GET \/logout/,
    async (browser) => {
      await browser.accounts.loadUser();
      await browser.accounts.logOut();
      return { returned: true, state: browser.state };
    },
  ],
  [
    /^GET \/confirm/,
    async (browser) => {
      if (browser.accounts.currentUser.isAnonymous) {
        await refused('not-logged-in', () => browser.accounts.confirmLogin(password));
      } else {
        await refused('invalid-credentials', () => browser.accounts.confirmLogin('not the password'));
        await browser.accounts.confirmLogin(password);
      }
      await browser.accounts.loadUser();
      return { state: browser.state };
    },
  ],
  [
    /\/protected/,
    (browser) =>
      guarded(
        browser,
        browser.accounts.loginRequired(() => browser.state),
        '/protected',
      ),
  ],
  [
    /\/fresh/,
    (browser) =>
      guarded(
        browser,
        browser.accounts.freshLoginRequired(() => browser.state),
        '/fresh',
      ),
  ],
  [/^end session/, (browser) => browser.accounts.close().then(() => browser.open())],
  [
    /^agent/,
    async (browser, _, name) => {
      browser.agent = name;
    },
  ],
  [/^deactivate/, (browser, _, id) => browser.elsewhere(id, (accounts) => accounts.deactivate())],
  [/^delete/, (browser, _, id) => browser.elsewhere(id, (accounts) => accounts.deleteAccount({ password }))],
  [/^set remember cookie/, (browser) => browser.forge()],
];

async function guarded(browser, view, path) {
  try {
    const given = await view();
    return typeof given === 'string' ? { status: 403, custom: given } : { status: 200, state: given };
  } catch ({ code }) {
    const location = browser.accounts.loginUrl(path, { refresh: code === 'fresh-login-required' });
    return { status: 401, code, location };
  }
}

/** @param {Browser} browser */
async function play(browser, { do: what }) {
  browser.told = [];
  const [, request] = requests.find(([wanted]) => wanted.test(what));
  const [, query = ''] = what.split('?');
  const outcome = await request(browser, new URLSearchParams(query), what.split(' ')[1]);
  return { outcome: outcome ?? {}, told: browser.told };
}

const signalNames = { user_loaded_from_cookie: 'user-loaded-from-device' };
const eventOf = ([name, ...user]) => [signalNames[name] ?? name.replaceAll('_', '-'), ...user];

/** @param {any} expected @param {Awaited<ReturnType<typeof play>>} played @param {string} message */
function compare(expected, { outcome, told }, message) {
  const events = (expected.signals ?? []).map(eventOf);
  // Only some signals say whom they are about.
  assert.deepEqual(
    told.map(([type, id], index) => (events[index]?.length === 1 ? [type] : [type, id])),
    events,
    `${message}: events`,
  );
  if (expected.state) assert.deepEqual(outcome.state, expected.state, `${message}: state`);
  if (expected.returned !== undefined) assert.equal(outcome.returned, expected.returned, message);
  if (expected.custom) assert.equal(outcome.custom, expected.custom, message);
  // A redirection to where one logs in, or 401 where there is no such page, is an error here.
  if (outcome.status === 401) {
    const wanted = String(expected.signals).includes('needs_refresh') ? 'fresh-login-required' : 'not-logged-in';
    assert.equal(outcome.code, wanted, message);
    assert.ok([401, 302].includes(expected.status), message);
  } else if (outcome.status !== undefined) assert.equal(outcome.status, expected.status, message);
  if (expected.location?.includes('next=')) assert.equal(outcome.location, expected.location, message);
}

for (const scenario of scenarios) {
  test(scenario.name, async (t) => {
    const browser = new Browser(scenario);
    if (scenario.name === 'protection unknown value') {
      await refused('argument-invalid', () => browser.open());
      return;
    }
    await browser.fill();
    await browser.open();
    t.after(() => browser.accounts.close());
    for (const [index, step] of scenario.steps.entries()) {
      const expected = expectedOf(step, scenario);
      compare(expected, await play(browser, step), `step ${index}, ${step.do}`);
    }
  });
}

test('every departure is met, and where it can be seen it gives something else than what was recorded', () => {
  const steps = scenarios.flatMap((scenario) => scenario.steps.map((step) => [step, scenario]));
  assert.equal(scenarios.length, 37);
  for (const { name, meets, gives } of departures) {
    const met = steps.filter(([step, scenario]) => meets(step, scenario));
    assert.notEqual(met.length, 0, name);
    if (gives === undefined) continue;
    for (const [step, scenario] of met) {
      assert.notDeepEqual({ ...step, ...gives(step, step, scenario) }, step, `${name}: ${step.do}`);
    }
  }
});

test('the README lists these departures, and no others', async () => {
  const readme = await readFile(new URL('README.md', root), 'utf8');
  const [, table] = readme.split('### Departures from Flask-Login');
  assert(table !== undefined, 'README.md has a heading "Departures from Flask-Login"');
  const rows = table
    .split('\n#')[0]
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const listed = rows.slice(2).map((line) => line.split(' | ')[0].slice(2));
  assert.deepEqual(
    listed,
    departures.map(({ name }) => name),
  );
});
