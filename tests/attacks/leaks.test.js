// An adversary's diary, sixth part: what lies about. Stored bytes, errors, and the memory of the module after she left.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { AccountError } from '../support/placecard.js';
import { ada, edited, rowsOf, secret, stolen, uidOf } from './diary.js';

/** @type {WebAssembly.Memory | undefined} of the instance made last */
let memory;
/** Every 32 bytes the host has drawn: vault keys and identity seeds are among them. @type {Uint8Array[]} */
const drawn = [];

// Taken here, because the module's memory is nobody's business otherwise.
WebAssembly.Instance = class extends WebAssembly.Instance {
  /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} [imports] */
  constructor(module, imports) {
    super(module, imports);
    if (this.exports.placecard_new) memory = /** @type {WebAssembly.Memory} */ (this.exports.memory);
  }
};
const getRandomValues = crypto.getRandomValues.bind(crypto);
crypto.getRandomValues = (array) => {
  getRandomValues(array);
  if (array?.byteLength === 32) drawn.push(new Uint8Array(array.buffer, array.byteOffset, 32).slice());
  return array;
};

const utf8 = (text) => Buffer.from(text, 'utf8');
const utf16 = (text) => Buffer.from(text, 'utf16le');

/** What must not be found, by name; texts in both encodings, and their beginnings, which a cut copy would leave. */
function needlesOf(texts, bytes = {}) {
  const needles = new Map();
  for (const [name, text] of Object.entries(texts)) {
    needles.set(`${name} in UTF-8`, utf8(text)).set(`${name} in UTF-16`, utf16(text));
    needles.set(`the end of ${name}`, utf8(text.slice(-12))).set(`the beginning of ${name}`, utf8(text.slice(0, 12)));
  }
  for (const [name, value] of Object.entries(bytes)) {
    needles.set(name, Buffer.from(value));
    needles.set(`the first half of ${name}`, Buffer.from(value.slice(0, 16)));
    needles.set(`the second half of ${name}`, Buffer.from(value.slice(16, 32)));
  }
  return needles;
}

/** @param {Uint8Array} haystack @param {Map<string, Buffer>} needles */
function found(haystack, needles) {
  const bytes = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.length);
  return [...needles].flatMap(([name, needle]) => {
    const at = bytes.indexOf(needle);
    return at === -1 ? [] : [`${name} at ${at}`];
  });
}

const inMemory = (needles) => found(new Uint8Array(memory.buffer), needles);

// What Argon2id and crypto_kdf give, by somebody else's Argon2 (argon2-cffi) and BLAKE2b (CPython's).
const python = `
import hashlib, json, sys
from argon2.low_level import hash_secret_raw, Type
given = json.load(sys.stdin)
def sub(key, number, context):
    salt = number.to_bytes(8, "little") + bytes(8)
    return hashlib.blake2b(b"", digest_size=32, key=key, salt=salt, person=context + bytes(8)).digest()
answer = {}
for index, slot in enumerate(given["slots"]):
    root = hash_secret_raw(slot["password"].encode(), bytes.fromhex(slot["salt"]), slot["passes"], slot["memory"] // 1024, 1, 32, Type.ID)
    answer[f"root {index}"] = root.hex()
    for number, name in enumerate(["wrapping key", "log-in seed", "commitment key"], 1):
        answer[f"{name} {index}"] = sub(root, number, b"pc_root_").hex()
for number, name in enumerate(["row key", "data key", "data name key"], 1):
    answer[name] = sub(bytes.fromhex(given["vault"]), number, b"pc_vault").hex()
json.dump(answer, sys.stdout)
`;

/** Ada's keys: derived from her password, and those that were drawn for her. */
function keysOf(passwords, vaultKey, identitySeed) {
  const slots = passwords.map(([password, file]) => {
    const [slot] = rowsOf(
      file,
      `SELECT passes, memory, hex(salt) AS salt FROM placecard_key_slot WHERE kind = 1 AND uid = ${uidOf('Ada')}`,
    );
    return { ...slot, password };
  });
  const input = JSON.stringify({ slots, vault: Buffer.from(vaultKey).toString('hex') });
  const derived = JSON.parse(execFileSync('/usr/bin/python3', ['-c', python], { input, encoding: 'utf8' }));
  const keys = Object.entries(derived).map(([name, hex]) => [name, Buffer.from(hex, 'hex')]);
  return { ...Object.fromEntries(keys), 'vault key': vaultKey, 'identity seed': identitySeed };
}

const password = 'Zw\u00f6lf Boxk\u00e4mpfer jagen Viktor quer \u00fcber den gro\u00dfen Sylter Deich';
const next = 'Falsches \u00dcben von Xylophonmusik qu\u00e4lt jeden gr\u00f6\u00dferen Zwerg';
const wrong = 'Vogel Quax zwickt Johnys Pferd Bim, und zwar falsch geschrieben';

// Long enough to be moved when a text that holds it grows.
const value = `the duck nobody must hear of${', and the sauce that goes with it'.repeat(300)}, and salt`;
const dataKey = `a key nobody must hear of ${'x'.repeat(200)}, and its end`;

/** Somebody who has done everything there is to do, and left. */
async function past(t) {
  const { accounts, bytes: first } = await stolen(t);
  await accounts.logIn({ login: 'Ada', password: ada.password });
  await accounts.deleteAccount({ password: ada.password });
  drawn.length = 0;
  await accounts.signUp({ ...ada, password });
  const keys = drawn.slice(0, 2);
  const second = await accounts.exportDatabase();
  await accounts.session.data.set(dataKey, { value, ...secret });
  assert.equal((await accounts.session.data.get(dataKey)).value, value);
  assert.equal((await accounts.session.data.list()).length, 1);
  const used = await accounts.createRecoveryCode();
  const errors = [];
  const fails = async (work) => {
    try {
      await work();
    } catch (error) {
      errors.push(error);
      return;
    }
    assert.fail('not refused');
  };
  await fails(() => accounts.changePassword({ current: wrong, next }));
  await accounts.changePassword({ current: password, next });
  const third = await accounts.exportDatabase();
  await accounts.logOut();
  await fails(() => accounts.logIn({ login: 'Ada', password: wrong }));
  await fails(() => accounts.logIn({ login: 'nobody', password: wrong }));
  await fails(() => accounts.logIn({ login: wrong, password: wrong }));
  await fails(() => accounts.signUp({ ...ada, password }));
  await fails(() => accounts.signUp({ username: 'Grace', email: 'grace@example.com', password: `${password}\ud800` }));
  await fails(() =>
    accounts.recover({
      login: 'Ada',
      code: used.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      newPassword: next,
    }),
  );
  await fails(() => accounts.recover({ login: 'Eve', code: used, newPassword: next }));
  await accounts.recover({ login: 'Ada', code: used, newPassword: password });
  const code = await accounts.createRecoveryCode();
  const fourth = await accounts.exportDatabase();
  await accounts.update({ email: 'ada@new.example' });
  await accounts.logOut();
  const made = keysOf(
    [
      [password, second],
      [next, third],
      [password, fourth],
    ],
    keys[0],
    keys[1],
  );
  return {
    accounts,
    errors,
    code,
    used,
    keys: made,
    files: [first, second, third, fourth, await accounts.exportDatabase()],
  };
}

test('I search what is stored, and what is said', async (t) => {
  const { errors, code, used, keys, files } = await past(t);
  const texts = {
    password,
    'next password': next,
    'wrong password': wrong,
    code,
    'used code': used,
    value,
    'data key': dataKey,
  };
  const bare = { 'bare code': code.replaceAll('-', ''), menu: secret.menu, 'old password': ada.password };
  const needles = needlesOf({ ...texts, ...bare }, keys);
  for (const file of files) assert.deepEqual(found(file, needles), []);
  assert.equal(errors.length, 8);
  for (const error of errors) {
    assert(error instanceof AccountError);
    const said = `${inspect(error, { depth: 9, showHidden: true })} ${error.stack} ${JSON.stringify(error)}`;
    assert.deepEqual(found(utf8(said), needles), [], said);
  }
});

test('I know how to search: while she is logged in her keys are there', async (t) => {
  const { accounts, keys } = await past(t);
  await accounts.logIn({ login: 'Ada', password });
  const there = inMemory(needlesOf({}, { 'vault key': keys['vault key'], 'identity seed': keys['identity seed'] }));
  assert(
    there.some((each) => each.startsWith('vault key')),
    'the vault key is what was drawn for it',
  );
  assert(there.some((each) => each.startsWith('identity seed')));
  assert.deepEqual(inMemory(needlesOf({ password })), [], 'but her password is not');
});

test('I search the memory after she has logged out', async (t) => {
  const { code, used, keys } = await past(t);
  const texts = {
    password,
    'next password': next,
    'wrong password': wrong,
    code,
    'used code': used,
    value,
    menu: secret.menu,
  };
  assert.deepEqual(inMemory(needlesOf({ ...texts, 'old password': ada.password, 'data key': dataKey }, keys)), []);
});

test('I search the memory after a log-in that failed, and after one that was tampered with', async (t) => {
  const { accounts, keys } = await past(t);
  await assert.rejects(accounts.logIn({ login: 'Ada', password: wrong }), { code: 'invalid-credentials' });
  assert.deepEqual(inMemory(needlesOf({ password, wrong }, keys)), []);
  const bytes = await accounts.exportDatabase();
  for (const row of rowsOf(bytes, "SELECT id FROM user WHERE username = 'Ada'")) {
    await accounts.importDatabase(edited(bytes, `UPDATE user SET email = 'x@example.com' WHERE id = ${row.id}`));
  }
  await assert.rejects(accounts.logIn({ login: 'Ada', password }), { code: 'tampered' });
  assert.deepEqual(inMemory(needlesOf({ password, wrong }, keys)), []);
});

test('I search the memory after an imported hash was checked and upgraded', async (t) => {
  const { accounts } = await stolen(t);
  // By Werkzeug's recipe: PBKDF2-HMAC-SHA256, one round, in hexadecimal.
  const rows = ['sha1', 'sha256', 'sha512'].map((name) => {
    const size = { sha1: 20, sha256: 32, sha512: 64 }[name];
    const hex = pbkdf2Sync(password, 'salt', 3, size, name).toString('hex');
    return { username: name, passwordHash: `pbkdf2:${name}:3$salt$${hex}` };
  });
  const hex = scryptSync(password, 'salt', 64, { N: 16, r: 8, p: 1 }).toString('hex');
  rows.push({ username: 'scrypt', passwordHash: `scrypt:16:8:1$salt$${hex}` });
  await accounts.importUsers(rows);
  for (const { username, passwordHash } of rows) {
    drawn.length = 0;
    await assert.rejects(accounts.logIn({ login: username, password: wrong }), { code: 'invalid-credentials' });
    await accounts.logIn({ login: username, password });
    await accounts.logOut();
    const key = Buffer.from(passwordHash.split('$')[2], 'hex');
    const keys = Object.fromEntries(drawn.map((each, index) => [`drawn ${index}`, each]));
    // The digest itself is stored, in hexadecimal, until it is replaced; its bytes are nowhere.
    assert.deepEqual(inMemory(needlesOf({ password, wrong }, { ...keys, digest: key })), [], username);
  }
});

test('I search the memory after she has closed the page', async (t) => {
  const { accounts, keys } = await past(t);
  await accounts.logIn({ login: 'Ada', password });
  await accounts.close();
  assert.deepEqual(inMemory(needlesOf({ password }, keys)), []);
});
