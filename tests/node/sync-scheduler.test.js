// When a sync runs: with a clock and a chance of the test's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Scheduler } from '../../web/placecard/sync/scheduler.js';

/** A scheduler whose runs the test ends, and whose clock it turns. */
function setUp({ random = () => 1 } = {}) {
  /** @type {{ fn: () => void, ms: number }[]} */
  const timers = [];
  const clock = {
    setTimeout: (fn, ms) => {
      const timer = { fn, ms };
      timers.push(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
    },
    random,
  };
  /** @type {{ resolve: (value: string) => void, reject: (error: Error) => void }[]} */
  const runs = [];
  const work = () => new Promise((resolve, reject) => runs.push({ resolve, reject }));
  return {
    scheduler: new Scheduler(work, clock),
    timers,
    runs,
    /** Lets the only timer there is go off; says after how long it did. */
    ring() {
      assert.equal(timers.length, 1);
      const [{ fn, ms }] = timers.splice(0);
      fn();
      return ms;
    },
    async fail(error = new Error('no network')) {
      runs[runs.length - 1].reject(error);
      await turn();
    },
    async succeed(value = '') {
      runs[runs.length - 1].resolve(value);
      await turn();
    },
  };
}

const turn = () => new Promise(setImmediate);

test('changes that follow each other closely go in one run', async () => {
  const { scheduler, runs, timers, ring, succeed } = setUp();
  for (let change = 0; change < 10; change += 1) scheduler.soon();
  assert.equal(runs.length, 0);
  assert.equal(ring(), 200);
  assert.equal(runs.length, 1);
  await succeed();
  assert.equal(timers.length, 0);
});

test('failures are followed by attempts, each time later, up to five minutes', async () => {
  const { scheduler, fail, ring } = setUp();
  scheduler.soon();
  ring();
  const delays = [];
  for (let failure = 0; failure < 10; failure += 1) {
    await fail();
    delays.push(ring());
  }
  assert.deepEqual(
    delays,
    [2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000),
  );
});

test('the moment of an attempt is chance, from at once to the longest', async () => {
  let chance = 0;
  const { scheduler, fail, ring } = setUp({ random: () => chance });
  scheduler.soon();
  ring();
  await fail();
  assert.equal(ring(), 0);
  chance = 0.25;
  await fail();
  assert.equal(ring(), 1000);
});

test('a success forgets the failures', async () => {
  const { scheduler, fail, succeed, ring } = setUp();
  scheduler.soon();
  ring();
  await fail();
  ring();
  await fail();
  ring();
  await succeed();
  scheduler.soon();
  ring();
  await fail();
  assert.equal(ring(), 2000);
});

test('a change after a failure does not hurry the server, a network that is back does', async () => {
  const { scheduler, fail, runs, timers } = setUp();
  scheduler.soon();
  timers[0].fn();
  timers.length = 0;
  await fail();
  scheduler.soon();
  assert.deepEqual(
    timers.map(({ ms }) => ms),
    [2000],
  );
  scheduler.now().catch(() => {});
  assert.equal(runs.length, 2);
  assert.equal(timers.length, 0);
});

test('a server that asks for a pause gets it', async () => {
  const { scheduler, fail, ring } = setUp();
  scheduler.soon();
  ring();
  await fail(Object.assign(new Error('busy'), { retryAfterMs: 60_000 }));
  assert.equal(ring(), 62_000);
});

test('runs do not overlap: what is asked for meanwhile is one run afterwards', async () => {
  const { scheduler, runs, succeed, fail, timers } = setUp();
  const first = scheduler.now();
  const second = scheduler.now();
  const third = scheduler.now();
  assert.equal(runs.length, 1);
  await succeed('first');
  assert.equal(runs.length, 2);
  await succeed('second');
  assert.deepEqual(await Promise.all([first, second, third]), ['first', 'second', 'second']);
  assert.equal(runs.length, 2);

  const fourth = scheduler.now();
  const fifth = scheduler.now();
  const failed = assert.rejects(fourth, /no network/);
  await fail();
  await failed;
  assert.equal(runs.length, 4);
  assert.equal(timers.length, 0);
  await succeed('fifth');
  assert.equal(await fifth, 'fifth');
});

test('a run asked for in the very moment in which one ends does not overlap the one that waits', async () => {
  const { scheduler, runs } = setUp();
  const asked = [];
  const first = scheduler.now();
  asked.push(scheduler.now());
  // After the run has ended and before the next one has begun, whichever microtask that is.
  const asking = async () => {
    for (let turns = 0; turns < 10; turns += 1) {
      await null;
      asked.push(scheduler.now());
    }
  };
  runs[0].resolve('first');
  await asking();
  await first;
  await turn();
  assert.equal(runs.length, 2);
  runs[1].resolve('second');
  await turn();
  if (runs.length === 3) runs[2].resolve('third');
  await Promise.all(asked);
});

test('once stopped it begins nothing, and waits for what is under way', async () => {
  const { scheduler, runs, fail, timers } = setUp();
  const run = scheduler.now();
  const next = scheduler.now();
  const refused = [assert.rejects(run), assert.rejects(next, { code: 'closed' })];
  let hasStopped = false;
  const stopped = scheduler.stop().then(() => {
    hasStopped = true;
  });
  await turn();
  assert.equal(hasStopped, false);
  await fail();
  await Promise.all([stopped, ...refused]);
  scheduler.soon();
  assert.equal(timers.length, 0);
  await assert.rejects(scheduler.now(), { code: 'closed' });
  assert.equal(runs.length, 1);
});
