// What the module has of its own of a C library (src/wasm/libc_wasm.c), seen from outside.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instance } from '../../web/placecard/instance.js';
import { wasmModule } from '../support/core.js';
import { open } from '../support/placecard.js';

const MIB = 1024 * 1024;
const options = { minPasswordChars: 8, kdf: { passes: 3, memory: 64 * MIB } };

test('memory grows until there is none, which is an error that breaks nothing', async () => {
  const instance = new Instance(await wasmModule(), options);
  const size = 100 * MIB;
  const taken = [];
  const fill = () => {
    for (;;) taken.push(instance.alloc(size));
  };
  assert.throws(fill, { code: 'core-stopped' });
  assert.ok(taken.length > 15 && taken.length <= 20, `of 2 GiB at most: ${taken.length} times 100 MiB`);
  for (const [index, pointer] of taken.entries()) {
    instance.view(pointer, 1)[0] = index;
    instance.view(pointer + size - 1, 1)[0] = index;
  }
  for (const [index, pointer] of taken.entries()) {
    assert.equal(instance.view(pointer, 1)[0], index, 'nobody else has it');
    assert.equal(instance.view(pointer + size - 1, 1)[0], index);
  }
  const small = instance.alloc(1000);
  instance.free(small, 1000);
  for (const pointer of taken) instance.free(pointer, 1);
  assert.equal(instance.alloc(size) > 0, true, 'what was given back is taken again');
  assert.equal(instance.call('open', 0), 0, 'it works on');
  instance.close();
});

test('a piece of memory that fits nowhere is refused, not wrapped around', async () => {
  const instance = new Instance(await wasmModule(), options);
  for (const size of [2 ** 31, 2 ** 32 - 1, 2 ** 32 - 65536]) {
    assert.throws(() => instance.alloc(size), { code: 'core-stopped' }, `${size} bytes`);
  }
  assert.equal(instance.call('open', 0), 0);
  instance.close();
});

test('names are in the order of their bytes, wherever they differ', async (t) => {
  const accounts = await open();
  t.after(() => accounts.close());
  const names = [];
  for (let at = 0; at < 20; at += 1) {
    for (const letter of ['b', 'z', 'é', '中', '😀']) names.push(`${'a'.repeat(at)}${letter}${'a'.repeat(20 - at)}`);
    names.push('a'.repeat(at + 1));
  }
  await accounts.importUsers(names.map((username) => ({ username })));
  const users = await accounts.users.orderBy('username').all();
  const inBytes = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  assert.deepEqual(
    users.map(({ username }) => username),
    inBytes,
  );
  for (const username of names) assert.equal((await accounts.users.filterBy({ username }).first())?.username, username);
});
