// An adversary's diary, fourth part: what she keeps for herself.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ada, attempt, edited, eve, rowsOf, secret, stolen, uidOf } from './diary.js';

/** Her sealed rows by the key she keeps them under; the shorter value is the note. */
function sealedOf(bytes) {
  const rows = rowsOf(bytes, `SELECT hex(name) AS name, value FROM placecard_sealed WHERE uid = ${uidOf('Ada')}`);
  rows.sort((left, right) => left.value.length - right.value.length);
  return { note: rows[0], party: rows[1] };
}

/** Logs Ada in to this file and says how a value reads. */
async function read(accounts, bytes, key) {
  assert.equal((await attempt(accounts, bytes, ada)).code, 'in');
  try {
    return await accounts.session.data.get(key);
  } catch (error) {
    assert.deepEqual(error.fields, ['key']);
    return error.code;
  }
}

test('I exchange two of her values, and copy one over the other', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const { note, party } = sealedOf(bytes);
  const swapped = edited(
    bytes,
    `CREATE TEMP TABLE old AS SELECT * FROM placecard_sealed;
     UPDATE placecard_sealed SET value = (SELECT value FROM old WHERE name = x'${note.name}') WHERE name = x'${party.name}';
     UPDATE placecard_sealed SET value = (SELECT value FROM old WHERE name = x'${party.name}') WHERE name = x'${note.name}';
     DROP TABLE temp.old`,
  );
  assert.equal(await read(accounts, swapped, 'party'), 'tampered');
  assert.equal(await read(accounts, swapped, 'note'), 'tampered');
  await assert.rejects(accounts.session.data.list(), { code: 'tampered' });

  const names = edited(bytes, `UPDATE placecard_sealed SET name = x'00' WHERE name = x'${note.name}'`);
  assert.equal(await read(accounts, names, 'note'), undefined);
  assert.deepEqual(await accounts.session.data.get('party'), secret);
  await assert.rejects(accounts.session.data.list(), { code: 'tampered' });
});

test('I read her values in my account, and lay mine under her keys', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const { party } = sealedOf(bytes);
  const toMe = edited(bytes, `UPDATE placecard_sealed SET uid = ${uidOf('Eve')} WHERE uid = ${uidOf('Ada')}`);
  assert.equal((await attempt(accounts, toMe, eve)).code, 'in');
  assert.equal(await accounts.session.data.get('party'), undefined, 'her names are not mine');
  assert.equal(await accounts.session.data.get('plan'), 'to get in');
  await assert.rejects(accounts.session.data.list(), { code: 'tampered' });

  const underMyKey = edited(
    bytes,
    `UPDATE placecard_sealed SET value = (SELECT value FROM placecard_sealed WHERE name = x'${party.name}') WHERE uid = ${uidOf('Eve')}`,
  );
  assert.equal((await attempt(accounts, underMyKey, eve)).code, 'in');
  await assert.rejects(accounts.session.data.get('plan'), { code: 'tampered' });

  const underHers = edited(
    bytes,
    `UPDATE placecard_sealed SET value = (SELECT value FROM placecard_sealed WHERE uid = ${uidOf('Eve')}) WHERE name = x'${party.name}'`,
  );
  assert.equal(await read(accounts, underHers, 'party'), 'tampered');
  assert.equal(await accounts.session.data.get('note'), 'call Grace', 'the others still open');
});

test('I flip each byte of a value, cut it everywhere, and put in what is no blob', async (t) => {
  const { accounts, bytes } = await stolen(t);
  const { note } = sealedOf(bytes);
  const put = (value) => edited(bytes, `UPDATE placecard_sealed SET value = ? WHERE name = x'${note.name}'`, [value]);
  const wrong = [];
  for (const at of note.value.keys()) {
    const flipped = note.value.slice();
    flipped[at] ^= 0x10;
    wrong.push(flipped, note.value.slice(0, at));
  }
  wrong.push(Uint8Array.of(...note.value, 0), new Uint8Array(1 << 20), '', 'text', 0, -1, 1e300, 2 ** 40);
  // One log-in is enough: the session's keys are the account's, whatever file is under it.
  assert.equal((await attempt(accounts, bytes, ada)).code, 'in');
  for (const [index, value] of wrong.entries()) {
    await accounts.importDatabase(put(value));
    await assert.rejects(accounts.session.data.get('note'), { code: 'tampered', fields: ['key'] }, `edit ${index}`);
    assert.deepEqual(await accounts.session.data.get('party'), secret);
  }
  await accounts.importDatabase(bytes);
  assert.equal(await accounts.session.data.get('note'), 'call Grace');
});

test('I ask for her values after she has logged out, and with a number I made up', async (t) => {
  const { accounts } = await stolen(t);
  const session = await accounts.logIn({ login: 'Ada', password: ada.password });
  await accounts.logOut();
  await assert.rejects(session.data.get('party'), { code: 'not-logged-in' });
  await assert.rejects(session.data.list(), { code: 'not-logged-in' });
  await assert.rejects(session.data.set('party', 1), { code: 'not-logged-in' });
  await assert.rejects(session.data.delete('party'), { code: 'not-logged-in' });
  const mine = await accounts.logIn({ login: 'Eve', password: eve.password });
  assert.notEqual(mine.number, session.number, 'numbers are not used twice');
  await assert.rejects(session.data.get('party'), { code: 'not-logged-in' });
});
