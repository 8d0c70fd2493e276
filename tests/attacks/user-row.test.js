// An adversary's diary, first part: the lesson's `user` table, and whose account is whose.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ada, attempt, edited, eve, isAda, keptOut, knock, rowsOf, stolen, uidOf } from './diary.js';

test('I put my own password hash in place of hers, as one does with sql.js and IndexedDB', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const swapped = edited(
    bytes,
    "UPDATE user SET password_hash = (SELECT password_hash FROM user WHERE username = 'Eve') WHERE username = 'Ada'",
  );
  await keptOut(accounts, swapped, 'tampered', ['passwordHash']);
  assert.equal((await attempt(accounts, swapped, { ...ada, password: eve.password })).code, 'invalid-credentials');
  for (const tampered of ['restore', 'accept']) {
    const { code } = await attempt(accounts, swapped, { ...ada, password: eve.password }, tampered);
    assert.equal(code, 'invalid-credentials', tampered);
  }
});

test('I edit each column of her row, and she is told which', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const edits = [
    ["username = 'Adah'", 'username'],
    ["username = 'ada'", 'username'],
    ["username = 'Ada '", 'username'],
    ['username = NULL', 'username'],
    ["username = ''", 'username'],
    ["email = 'eve@evil.example'", 'email'],
    ["email = 'Ada@example.com'", 'email'],
    ['email = NULL', 'email'],
    ["password_hash = ''", 'passwordHash'],
    ['password_hash = NULL', 'passwordHash'],
    ["password_hash = password_hash || ' '", 'passwordHash'],
    ["password_hash = 'pbkdf2:sha256:1$salt$00'", 'passwordHash'],
    ["joined_at = '1999-12-31 23:59:59.000000'", 'joinedAt'],
    ['joined_at = NULL', 'joinedAt'],
    ["joined_at = 'yesterday'", 'joinedAt'],
    ['joined_at = 5', 'joinedAt'],
  ];
  const before = rowsOf(bytes, "SELECT * FROM user WHERE username = 'Ada'")[0];
  for (const [set, field] of edits) {
    const changed = edited(bytes, `UPDATE user SET ${set} WHERE id = 2`);
    // Whichever of her names is left.
    const login = field === 'username' ? ada.email : 'Ada';
    const who = { username: login, password: ada.password };
    const refused = await attempt(accounts, changed, who);
    assert.deepEqual(refused, { code: 'tampered', fields: [field] }, set);
    assert.equal((await knock(accounts, { ...who, password: eve.password })).code, 'invalid-credentials', set);

    // Settled in words: what it was, or what it is.
    assert.equal((await knock(accounts, who, 'restore')).code, 'in', set);
    const restored = rowsOf(await accounts.exportDatabase(), 'SELECT * FROM user WHERE id = 2')[0];
    // A hash too weak for today's cost is made anew on the way.
    if (!set.startsWith('password_hash')) assert.deepEqual(restored, before, set);
    assert.match(restored.password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/, set);
    await isAda(accounts);
    assert.equal((await knock(accounts, ada)).code, 'in', `${set}: settled for good`);
    await isAda(accounts);

    assert.equal((await attempt(accounts, changed, who, 'accept')).code, 'in', set);
    await isAda(accounts);
    assert.equal((await knock(accounts, who)).code, 'in', `${set}: accepted for good`);
    await isAda(accounts);
  }
  const several = edited(bytes, "UPDATE user SET email = 'x@example.com', joined_at = NULL WHERE id = 2");
  await keptOut(accounts, several, 'tampered', ['email', 'joinedAt']);
});

test('I give her row another id, which is what lies under her account', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const both = 'UPDATE user SET id = 70 WHERE id = 2; UPDATE placecard_account SET user_id = 70 WHERE user_id = 2';
  await keptOut(accounts, edited(bytes, both), 'tampered', ['id']);

  // The row alone has no account any more, as if it came from a Flask file: a new account that opens nothing of hers.
  const alone = edited(bytes, 'UPDATE user SET id = 70 WHERE id = 2');
  assert.equal((await attempt(accounts, alone, { ...ada, password: eve.password })).code, 'invalid-credentials');
  assert.equal((await attempt(accounts, alone, ada)).code, 'in');
  assert.deepEqual(await accounts.session.data.list(), []);
});

test('I exchange the two names, the two addresses, the two rows', async (t) => {
  const { accounts, bytes } = await stolen(t);
  for (const [column, field] of [
    ['username', 'username'],
    ['email', 'email'],
    ['password_hash', 'passwordHash'],
  ]) {
    const swap = `CREATE TEMP TABLE old AS SELECT id, ${column} AS value FROM user;
      UPDATE user SET ${column} = NULL;
      UPDATE user SET ${column} = (SELECT value FROM old WHERE old.id = 3 - user.id); DROP TABLE temp.old`;
    const swapped = edited(bytes, swap);
    // Whoever has the row now must open the slots that lie under it.
    for (const [login, password, code] of [
      ['Ada', ada.password, column === 'username' ? 'invalid-credentials' : 'tampered'],
      ['Ada', eve.password, column === 'username' ? 'tampered' : 'invalid-credentials'],
    ]) {
      const refused = await attempt(accounts, swapped, { username: login, password });
      assert.equal(refused.code, code, `${column}, ${password}`);
      if (code === 'tampered') assert.deepEqual(refused.fields, [field]);
    }
  }
  const rows =
    'UPDATE user SET id = 70 WHERE id = 1; UPDATE user SET id = 1 WHERE id = 2; UPDATE user SET id = 2 WHERE id = 70';
  const swapped = edited(bytes, rows);
  const who = { username: 'Ada', password: eve.password };
  const refused = await attempt(accounts, swapped, who);
  assert.deepEqual(refused, { code: 'tampered', fields: ['username', 'email', 'passwordHash', 'joinedAt'] });
});

test('I hang my account under her name, by exchanging user_id', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const swapped = edited(
    bytes,
    `UPDATE placecard_account SET user_id = -user_id;
     UPDATE placecard_account SET user_id = 3 + user_id`,
  );
  const mine = { username: 'Ada', password: eve.password };
  assert.equal((await attempt(accounts, swapped, ada)).code, 'invalid-credentials');
  const refused = await attempt(accounts, swapped, mine);
  assert.deepEqual(refused, { code: 'tampered', fields: ['id', 'username', 'email', 'passwordHash', 'joinedAt'] });
  // Putting back what my account sealed would take my own name from my own row.
  assert.equal((await attempt(accounts, swapped, mine, 'restore')).code, 'username-taken');
  // Nor is it taken as it is, since nothing in it was ever mine.
  assert.deepEqual(await attempt(accounts, swapped, mine, 'accept'), refused);
});

test('I give my account her uid, and hers mine', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const onlyRecords = `CREATE TEMP TABLE old AS SELECT user_id, uid FROM placecard_account;
    UPDATE placecard_account SET uid = zeroblob(user_id);
    UPDATE placecard_account SET uid = (SELECT uid FROM old WHERE old.user_id = 3 - placecard_account.user_id);
    DROP TABLE temp.old`;
  const swapped = edited(bytes, onlyRecords);
  for (const [username, password, code] of [
    ['Ada', ada.password, 'invalid-credentials'],
    ['Ada', eve.password, 'tampered'],
    ['Eve', eve.password, 'invalid-credentials'],
    ['Eve', ada.password, 'tampered'],
  ]) {
    for (const choice of ['refuse', 'restore', 'accept']) {
      assert.equal((await attempt(accounts, swapped, { username, password }, choice)).code, code);
    }
  }
});

test('I switch her account off, and on', async (t) => {
  const { accounts, bytes } = await stolen(t);
  for (const active of [0, -1, 2, 3, 255, "'yes'", "x'01'", 0.5, 1.5]) {
    const changed = edited(bytes, `UPDATE placecard_account SET active = ${active} WHERE user_id = 2`);
    for (const choice of ['refuse', 'restore', 'accept']) {
      assert.equal((await attempt(accounts, changed, ada, choice)).code, 'tampered', `active = ${active}`);
    }
    assert.equal((await knock(accounts, eve)).code, 'in');
  }
});

test('I edit what I may, and hide an edit of her slots behind her "accept"', async (t) => {
  const { accounts, bytes } = await stolen(t);
  for (const account of [
    `UPDATE placecard_key_slot SET log_in_key = randomblob(32) WHERE uid = ${uidOf('Ada')} AND kind = 2`,
    `DELETE FROM placecard_key_slot WHERE uid = ${uidOf('Ada')} AND kind = 2`,
    'UPDATE placecard_account SET credential_version = 7 WHERE user_id = 2',
    'UPDATE placecard_account SET revision = revision + 1 WHERE user_id = 2',
    'UPDATE placecard_account SET identity_key = (SELECT identity_key FROM placecard_account WHERE user_id = 1) WHERE user_id = 2',
    'UPDATE placecard_account SET row_seal = (SELECT row_seal FROM placecard_account WHERE user_id = 1) WHERE user_id = 2',
    "UPDATE placecard_account SET row_seal = x'' WHERE user_id = 2",
  ]) {
    const changed = edited(bytes, `UPDATE user SET email = 'new@example.com' WHERE id = 2; ${account}`);
    for (const choice of ['refuse', 'restore', 'accept']) {
      assert.deepEqual(await attempt(accounts, changed, ada, choice), { code: 'tampered', fields: [] }, account);
    }
  }
});

test('I delete the slots: tampered, never "imported"', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const swap = 'UPDATE user SET password_hash = (SELECT password_hash FROM user WHERE id = 1) WHERE id = 2';
  const both = `DELETE FROM placecard_key_slot WHERE uid = ${uidOf('Ada')}`;
  const passwords = `${both} AND kind = 1`;
  for (const sql of [both, passwords, `${both}; ${swap}`, `${passwords}; ${swap}`]) {
    const changed = edited(bytes, sql);
    await keptOut(accounts, changed, 'tampered', [], sql);
    for (const choice of ['restore', 'accept']) {
      for (const { password } of [ada, eve]) {
        assert.equal((await attempt(accounts, changed, { ...ada, password }, choice)).code, 'tampered', sql);
      }
    }
  }
});

test('I delete slots and account and swap the hash: I am in, as somebody new who opens nothing of hers', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const hers = rowsOf(
    bytes,
    'SELECT hex(uid) AS uid, hex(identity_key) AS key FROM placecard_account WHERE user_id = 2',
  );
  const changed = edited(
    bytes,
    `DELETE FROM placecard_key_slot WHERE uid = ${uidOf('Ada')};
     DELETE FROM placecard_account WHERE user_id = 2;
     UPDATE user SET password_hash = (SELECT password_hash FROM user WHERE id = 1) WHERE id = 2`,
  );
  assert.equal((await attempt(accounts, changed, ada)).code, 'invalid-credentials');
  assert.equal((await attempt(accounts, changed, { ...ada, password: eve.password })).code, 'in');
  const [now] = rowsOf(
    await accounts.exportDatabase(),
    'SELECT hex(uid) AS uid, hex(identity_key) AS key FROM placecard_account WHERE user_id = 2',
  );
  assert.notEqual(now.uid, hers[0].uid);
  assert.notEqual(now.key, hers[0].key);
  assert.deepEqual(await accounts.session.data.list(), []);
  assert.equal(await accounts.session.data.get('party'), undefined);

  // I write her uid over my new one's data: what she sealed is not mine to open.
  const handed = edited(
    await accounts.exportDatabase(),
    `UPDATE placecard_sealed SET uid = ${uidOf('Ada')} WHERE uid = x'${hers[0].uid}'`,
  );
  assert.equal((await attempt(accounts, handed, { ...ada, password: eve.password })).code, 'in');
  await assert.rejects(accounts.session.data.list(), { code: 'tampered' });
  assert.equal(await accounts.session.data.get('party'), undefined, 'not even the name of it is the same');
});

test('I take the tables away, or put something else in their place', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const names = ['meta', 'alias', 'account', 'key_slot', 'guess', 'sealed'];
  for (const name of names) {
    const table = `placecard_${name}`;
    for (const sql of [
      `DROP TABLE ${table}`,
      `DROP TABLE ${table}; CREATE TABLE ${table} (unknown)`,
      `DROP TABLE ${table}; CREATE VIEW ${table} AS SELECT * FROM user`,
    ]) {
      const changed = edited(bytes, sql);
      let code;
      try {
        await accounts.importDatabase(changed);
        code = (await knock(accounts, ada)).code;
      } catch (error) {
        code = error.code ?? error;
      }
      // Nobody needs the table of private values to log in, and a row without account is one from somewhere else.
      const harmless = name === 'sealed' ? ['in'] : [];
      assert(['database-foreign', 'database-malformed', ...harmless].includes(code), `${sql}: ${code}`);
      assert.equal((await attempt(accounts, bytes, ada)).code, 'in');
      await isAda(accounts);
    }
  }
});

test('I add triggers that would undo what she does', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const changed = edited(
    bytes,
    `CREATE TRIGGER mine AFTER INSERT ON placecard_key_slot BEGIN
       UPDATE user SET password_hash = (SELECT password_hash FROM user WHERE id = 1) WHERE id = 2; END;
     CREATE TRIGGER yours AFTER UPDATE ON user BEGIN UPDATE user SET email = 'eve@evil.example' WHERE id = 2; END`,
  );
  assert.equal((await attempt(accounts, changed, ada)).code, 'in');
  await accounts.changePassword({ current: ada.password, next: 'supper at ten, table 9' });
  await accounts.logOut();
  assert.equal((await knock(accounts, { ...ada, password: 'supper at ten, table 9' })).code, 'in');
  assert.equal(accounts.currentUser.email, ada.email);
  await isAda(accounts);
});
