// An adversary's diary, fifth part: guessing, and learning from how I am refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { opened, refused } from '../support/placecard.js';
import { ada, edited, eve, kdf, stolen } from './diary.js';

const median = (numbers) => numbers.toSorted((left, right) => left - right)[numbers.length >> 1];

test('I ask whether she has an account here', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const told = async (login) => {
    const error = await refused('invalid-credentials', () => accounts.logIn({ login, password: 'a guess' }));
    return JSON.stringify({ ...error, message: error.message });
  };
  assert.equal(await told('nobody'), await told('Ada'));

  // One derivation of the same cost either way (counted in tests/cpp/proof_test.cpp). Here the times, for the reader.
  const times = { Ada: [], nobody: [] };
  for (let round = 0; round < 15; round += 1) {
    await accounts.importDatabase(bytes);
    for (const login of round % 2 ? ['Ada', 'nobody'] : ['nobody', 'Ada']) {
      const started = performance.now();
      await told(login);
      times[login].push(performance.now() - started);
    }
  }
  const [known, unknown] = [median(times.Ada).toFixed(1), median(times.nobody).toFixed(1)];
  t.diagnostic(`median of a wrong password ${known} ms, of an unknown name ${unknown} ms`);
});

for (const login of ['Ada', 'nobody']) {
  test(`I guess as ${login}, again and again`, async (t) => {
    let now = Date.UTC(2026, 10, 23);
    const { accounts } = await stolen(t, { now: () => now });
    const guess = { login, password: 'a guess' };
    for (let round = 0; round < 3; round += 1) await refused('invalid-credentials', () => accounts.logIn(guess));
    const waits = [];
    for (let round = 0; round < 13; round += 1) {
      const { retryAfterMs } = await refused('too-many-attempts', () => accounts.logIn(guess));
      waits.push(retryAfterMs);
      // The right password has to wait too, and asking does not make the wait longer.
      const asked = await refused('too-many-attempts', () => accounts.logIn({ login, password: ada.password }));
      assert.equal(asked.retryAfterMs, retryAfterMs);
      now += retryAfterMs - 1;
      assert.equal((await refused('too-many-attempts', () => accounts.logIn(guess))).retryAfterMs, 1);
      now += 1;
      await refused('invalid-credentials', () => accounts.logIn(guess));
    }
    const seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900];
    assert.deepEqual(
      waits,
      seconds.map((each) => each * 1000),
    );
    // Others may log in meanwhile, and she may when the wait is over.
    await accounts.logIn({ login: 'Eve', password: eve.password });
    now += 900_000;
    await accounts.logIn({ login: 'Ada', password: ada.password });
  });
}

test('I guess under all her names, which are counted as one', async (t) => {
  const { accounts } = await stolen(t);
  for (const login of ['Ada', 'ADA', 'ada@example.com']) {
    await refused('invalid-credentials', () => accounts.logIn({ login, password: 'a guess' }));
  }
  for (const login of ['ada', 'Ada', 'ada@EXAMPLE.com']) {
    await refused('too-many-attempts', () => accounts.logIn({ login, password: ada.password }));
  }
});

test('I guess between her own log-ins, which forgive what was counted', async (t) => {
  const { accounts } = await stolen(t);
  for (let round = 0; round < 3; round += 1) {
    for (let guess = 0; guess < 2; guess += 1) {
      await refused('invalid-credentials', () => accounts.logIn({ login: 'Ada', password: 'a guess' }));
    }
    await accounts.logIn({ login: 'Ada', password: ada.password });
  }
});

test('I guess at the recovery code, and at the password of whoever is logged in', async (t) => {
  const { accounts, code } = await stolen(t);
  const other = await stolen(t);
  const guess = { login: 'Ada', code: other.code, newPassword: 'supper at ten, table 9' };
  for (let round = 0; round < 3; round += 1) {
    await refused('recovery-code-invalid', () => accounts.recover(guess));
  }
  await refused('too-many-attempts', () => accounts.recover({ ...guess, code }));

  await other.accounts.logIn({ login: 'Ada', password: ada.password });
  for (let round = 0; round < 3; round += 1) {
    await refused('invalid-credentials', () => other.accounts.deleteAccount({ password: 'a guess' }));
  }
  await refused('too-many-attempts', () => other.accounts.deleteAccount({ password: ada.password }));
  await refused('too-many-attempts', () =>
    other.accounts.changePassword({ current: ada.password, next: 'supper at ten, table 9' }),
  );
});

test('I set the clock back, to lock her out', async (t) => {
  let now = Date.UTC(2026, 10, 23);
  const { accounts } = await stolen(t, { now: () => now });
  now += 10 * 365 * 86_400_000;
  for (let round = 0; round < 8; round += 1) {
    await accounts.logIn({ login: 'Ada', password: 'a guess' }).catch(() => {});
    now += 60_000;
  }
  now = Date.UTC(2026, 10, 23);
  await accounts.logIn({ login: 'Ada', password: ada.password });
});

test('I edit the counts, to lock her out for ever', async (t) => {
  const now = Date.UTC(2026, 10, 23);
  const { accounts } = await stolen(t, { now: () => now });
  await refused('invalid-credentials', () => accounts.logIn({ login: 'Ada', password: 'a guess' }));
  const bytes = await accounts.exportDatabase();
  const integers = ['9223372036854775807', '-9223372036854775808', '0', '-1', "'x'", "x'00'", '1e300'];
  for (const failures of [...integers, '1000000']) {
    for (const last of [...integers, String(now), String(now - 1)]) {
      const sql = `UPDATE placecard_guess SET failures = ${failures}, last_failed_at_ms = ${last}`;
      await accounts.importDatabase(edited(bytes, sql));
      try {
        // At the door only, which is where a count matters: a text no account can have costs no derivation.
        await accounts.logIn({ login: 'Ada', password: 'x'.repeat(1025) });
        assert.fail('a password of 1025 bytes');
      } catch (error) {
        if (error.code !== 'password-too-long') assert.equal(error.code, 'too-many-attempts', sql);
        if (error.retryAfterMs !== undefined) {
          assert(error.retryAfterMs >= 1 && error.retryAfterMs <= 900_000, `${sql}: ${error.retryAfterMs}`);
          assert(last.startsWith(String(now).slice(0, 6)), `${sql} locks her out for ever`);
        }
      }
    }
  }
});

test('I guess on a copy: the counts are not what protects her', async (t) => {
  const { accounts, bytes } = await stolen(t);
  for (let round = 0; round < 3; round += 1) {
    await refused('invalid-credentials', () => accounts.logIn({ login: 'Ada', password: 'a guess' }));
  }
  await refused('too-many-attempts', () => accounts.logIn({ login: 'Ada', password: 'a guess' }));
  // Advisory, and documented so: the copy knows nothing of it. Each guess costs one Argon2id.
  const copy = await opened(t, { kdf });
  await copy.importDatabase(bytes);
  await refused('invalid-credentials', () => copy.logIn({ login: 'Ada', password: 'a guess' }));
});
