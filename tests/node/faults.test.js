// Every call of IndexedDB fails in turn, in every way, and then many of them at random. Whatever happens, a sign-up is
// either acknowledged and stored or refused and absent, and what a tab has in memory is what is stored.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { open } from '../../web/placecard/node.js';
import { indexedDbStorage } from '../../web/placecard/storage/indexeddb.js';
import { randomFrom, seed } from '../seed.js';
import { Faults, faulty, modes } from './faulty-idb.js';

const RUNS = Number(process.env.RUNS ?? 1000);
const storageCodes = new Set(['storage-full', 'storage-failed', 'storage-blocked', 'storage-busy']);

globalThis.IDBKeyRange = IDBKeyRange;
after(() => {
  delete globalThis.IDBKeyRange;
});
const wasm = await WebAssembly.compile(await readFile(new URL('../../dist/placecard/placecard.wasm', import.meta.url)));
const elsewhere = await open({ wasm }).then(async (accounts) => {
  await accounts.importUsers([{ username: 'from-elsewhere' }]);
  const bytes = await accounts.exportDatabase();
  await accounts.close();
  return bytes;
});

/** A device: one store, and what was promised about it. */
class Device {
  factory = new IDBFactory();
  /** @type {Map<string, 'kept' | 'refused'>} */
  promises = new Map();

  tab(faults = new Faults()) {
    const storage = indexedDbStorage('test', { indexedDB: faulty(this.factory, faults) });
    return open({ wasm, storage });
  }

  /** Null when the storage would not open. */
  tryTab(faults) {
    return this.tab(faults).catch((error) => {
      if (!storageCodes.has(error.code)) throw error;
      return null;
    });
  }

  /** @returns {Promise<void>} never rejects but for what is no storage error */
  async addGuest(tab, name) {
    try {
      // Without a password, whose hashing would be all the time these thousands of runs take.
      await tab.importUsers([{ username: name, email: `${name}@example.com` }]);
      this.promises.set(name, 'kept');
    } catch (error) {
      if (!storageCodes.has(error.code)) throw error;
      this.promises.set(name, 'refused');
    }
  }

  async importUsers(tab, prefix, count) {
    const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    const outcome = await tab
      .importUsers(
        names.map((username) => ({ username, passwordHash: 'x'.repeat(128), email: `${username}@${'e'.repeat(60)}` })),
      )
      .then(
        () => 'kept',
        (error) => {
          if (!storageCodes.has(error.code)) throw error;
          return 'refused';
        },
      );
    for (const name of names) this.promises.set(name, outcome);
  }

  async importDatabase(tab) {
    const isKept = await tab.importDatabase(elsewhere).then(
      () => true,
      (error) => {
        if (!storageCodes.has(error.code)) throw error;
        return false;
      },
    );
    if (!isKept) return;
    this.promises.clear(); // it replaces everybody
    this.promises.set('from-elsewhere', 'kept');
  }

  /** Every promise is kept, and each of these tabs knows exactly what is stored and goes on working. */
  async check(tabs, message) {
    const fresh = await this.tab();
    const stored = (await fresh.users.all()).map(({ username }) => username);
    const bytes = Buffer.from(await fresh.exportDatabase());
    const kept = [...this.promises].filter(([, promise]) => promise === 'kept').map(([name]) => name);
    assert.deepEqual(stored.sort(), kept.sort(), message);
    for (const tab of tabs) {
      assert.equal(await tab.users.filterBy({ username: 'nobody' }).first(), null, message);
      assert.ok(bytes.equals(await tab.exportDatabase()), `${message}: memory and storage differ`);
    }
    for (const [index, tab] of tabs.entries()) {
      const name = `afterwards-${this.promises.size}-${index}`;
      await this.addGuest(tab, name);
      assert.equal(this.promises.get(name), 'kept', message);
    }
    await Promise.all([fresh, ...tabs].map((tab) => tab.close()));
  }
}

const stories = {
  // A log, a commit of its own and a large one; opening included.
  async 'a first visit'(device, faults) {
    const tab = await device.tryTab(faults);
    if (tab === null) return [];
    await device.addGuest(tab, 'ada');
    await device.importUsers(tab, 'guest', 300);
    await device.importDatabase(tab);
    await device.addGuest(tab, 'grace');
    return [tab];
  },
  async 'a checkpoint'(device, faults) {
    const tab = await device.tab();
    await commitUntilCheckpoint(device, tab);
    await tab.close();
    const second = await device.tryTab(faults);
    if (second === null) return [];
    await device.addGuest(second, 'at-the-checkpoint');
    await device.addGuest(second, 'after-it');
    return [second];
  },
  async 'a conflict'(device, faults) {
    const tabs = [await device.tryTab(faults), await device.tab()];
    if (tabs[0] === null) return [tabs[1]];
    await device.addGuest(tabs[1], 'first');
    await device.addGuest(tabs[0], 'second');
    await device.addGuest(tabs[1], 'third');
    await commitUntilCheckpoint(device, tabs[1]);
    await device.addGuest(tabs[1], 'fourth');
    await device.addGuest(tabs[0], 'fifth');
    return tabs;
  },
};

/** The schema was the first commit, and the 64th is a checkpoint. */
async function commitUntilCheckpoint(device, tab) {
  const done = device.promises.size;
  for (let index = done; index < 62; index += 1) await device.addGuest(tab, `early-${index}`);
}

for (const [name, story] of Object.entries(stories)) {
  test(`each call of ${name} fails in turn, in every way`, async () => {
    const quiet = new Faults();
    const device = new Device();
    await device.check(await story(device, quiet), 'without a fault');
    assert.ok(quiet.calls > 10);
    for (const mode of modes) {
      for (let failing = 1; failing <= quiet.calls; failing += 1) {
        const device = new Device();
        const faults = new Faults();
        faults.plan = (call) => (call === failing ? mode : null);
        const tabs = await story(device, faults);
        faults.plan = () => null;
        await device.check(tabs, `${mode} at call ${failing}`);
      }
    }
  });
}

test(`two tabs take turns at checkpoints of a database of many chunks (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const device = new Device();
  const first = await device.tab();
  await device.importUsers(first, 'crowd', 4000);
  await first.close();
  for (let visit = 0; visit < 8; visit += 1) {
    const tabs = [await device.tab(), await device.tab()];
    for (let step = 0; step < 50; step += 1) {
      const tab = tabs[Math.floor(random() * tabs.length)];
      // Names from all over the alphabet change pages from all over the file.
      const name = `${Math.floor(random() * 2 ** 40).toString(36)}-${visit}-${step}`;
      if (random() < 0.1) await device.importUsers(tab, name, 20);
      else await device.addGuest(tab, name);
    }
    await device.check(tabs, `visit ${visit}`);
  }
});

test(`${RUNS} visits of two tabs with failures at random (seed ${seed})`, async () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = randomFrom(seed + run);
    const device = new Device();
    const faults = new Faults();
    const tabs = [await device.tab(faults), await device.tab(faults)];
    if ((seed + run) % 4 === 0) await commitUntilCheckpoint(device, tabs[0]); // it comes in this run
    let left = 0; // in this step: with more than three there may be no telling whether a lost commit came through
    faults.plan = () => {
      const fails = left > 0 && random() < 0.06;
      if (fails) left -= 1;
      return fails ? modes[Math.floor(random() * modes.length)] : null;
    };
    for (let step = 0; step < 10; step += 1) {
      left = 3;
      const tab = tabs[Math.floor(random() * tabs.length)];
      const chance = random();
      if (chance < 0.05) await device.importDatabase(tab);
      else if (chance < 0.1) await device.importUsers(tab, `guests-${step}`, Math.floor(random() * 400));
      else if (chance < 0.4) {
        await Promise.all(tabs.map((each, index) => device.addGuest(each, `both-${step}-${index}`)));
      } else await device.addGuest(tab, `one-${step}`);
    }
    faults.plan = () => null;
    await device.check(tabs, `run ${run}, SEED=${seed + run} RUNS=1`);
  }
});
