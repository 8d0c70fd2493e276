// What becomes of ops: every promise of the wire, on both databases.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { prune } from '../../dist/placecard/server/node.js';
import { kinds } from './databases.js';
import { everything } from './everything.js';
import { Person } from './ops.js';
import { startServer } from './talk.js';

const NAME = Buffer.alloc(32, 1);
const OTHER_NAME = Buffer.alloc(32, 2);
const users = ({ query }) =>
  query(`SELECT id, username, email, password_hash, joined_at::text AS joined_at FROM "user" ORDER BY id`);

for (const kind of kinds) {
  test(`${kind}: an account that was made offline becomes a row as the lesson's app would have made it`, async (t) => {
    const { push, database } = await startServer(t, kind);
    const ada = new Person('ada');
    const made = ada.account();
    assert.deepEqual(await push(made), [{ opId: made.opId, status: 'applied', change: 1 }]);
    const { username, email, passwordHash, joinedAt } = ada.state;
    const row = { id: 1, username, email, password_hash: passwordHash, joined_at: joinedAt };
    assert.deepEqual(await users(database), [row]);
  });

  test(`${kind}: an answer that was lost changes nothing: the same push is a duplicate`, async (t) => {
    const { push, database } = await startServer(t, kind);
    const ada = new Person('ada');
    const ops = [ada.account(), ada.data(NAME, Buffer.from('sealed'))];
    await push(...ops);
    const before = await everything(database);
    const again = await push(...ops, ...ops);
    assert.deepEqual(
      again.map(({ status }) => status),
      Array(4).fill('duplicate'),
    );
    assert.deepEqual(await everything(database), before);
  });

  test(`${kind}: one push sent many times at once is applied once`, async (t) => {
    const { push, database, errors } = await startServer(t, kind);
    const people = Array.from({ length: 20 }, (_, index) => new Person(`guest${index}`));
    const ops = people.flatMap((person) => [person.account(), person.data(NAME, randomBytes(40))]);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => push(...(turn % 2 === 0 ? ops : ops.toReversed()))),
    );
    const applied = answers.flat().filter(({ status }) => status === 'applied');
    assert.equal((await users(database)).length, 20);
    for (const { status, code } of answers.flat()) {
      // In the reversed pushes values come before their accounts: they wait.
      assert(['applied', 'duplicate'].includes(status) || (status === 'retry' && code === 'account-unknown'), status);
    }
    assert.equal(new Set(applied.map(({ opId }) => opId)).size, applied.length, 'no op was applied twice');
    assert.equal(applied.length, 40);
    assert.deepEqual(errors, []);
  });

  test(`${kind}: ops in the wrong order wait for what they need`, async (t) => {
    const { push } = await startServer(t, kind);
    const ada = new Person('ada');
    const [first, value, second] = [
      ada.account(),
      ada.data(NAME, Buffer.from('1')),
      ada.account({ username: 'lovelace' }),
    ];
    const [early, late] = await push(value, second);
    assert.deepEqual([early.status, early.code], ['retry', 'account-unknown']);
    assert.equal(late.status, 'applied', 'the state is whole, so the account may begin with its second op');
    const [old, again] = await push(first, value);
    assert.deepEqual([old.status, old.code, old.theirs], ['conflict', 'changed-meanwhile', second.op]);
    assert.equal(again.status, 'applied');
  });

  test(`${kind}: an op id that comes again with other bytes is refused`, async (t) => {
    const { push, database } = await startServer(t, kind);
    const ada = new Person('ada');
    const first = ada.data(NAME, Buffer.from('1'));
    await push(ada.account(), first);
    const before = await everything(database);
    const reused = ada.data(NAME, Buffer.from('2'), { rev: 9, opId: Buffer.from(first.opId, 'hex') });
    assert.deepEqual(await push(reused), [{ opId: first.opId, status: 'rejected', code: 'op-invalid' }]);
    assert.deepEqual(await everything(database), before);
    const grace = new Person('grace');
    const same = grace.data(NAME, Buffer.from('3'), { opId: Buffer.from(first.opId, 'hex') });
    assert.equal((await push(grace.account(), same))[1].status, 'applied', "ids are an account's own");
  });

  test(`${kind}: once the log has been pruned, a repeated push still does no harm`, async (t) => {
    const { push, database, clock } = await startServer(t, kind);
    const ada = new Person('ada');
    const [first, second] = [ada.account(), ada.account({ username: 'lovelace' })];
    const value = ada.data(NAME, Buffer.from('1'));
    await push(first);
    await push(second, value);
    clock.ms += 91 * 24 * 3_600_000;
    await prune(database, { now: () => clock.ms });
    assert.deepEqual(await database.query('SELECT 1 FROM placecard_op'), []);
    const [old, head, data] = await push(first, second, value);
    assert.deepEqual([old.status, old.code, old.theirs], ['conflict', 'changed-meanwhile', second.op]);
    assert.deepEqual([head.status, data.status], ['duplicate', 'duplicate']);
    assert.equal((await users(database))[0].username, 'lovelace');
  });

  test(`${kind}: a device whose clock is a year off syncs as any other`, async (t) => {
    for (const year of ['2025', '2027', '0001', '9999']) {
      const { push, logIn, pull, database } = await startServer(t, kind);
      const ada = new Person('ada');
      const joinedAt = `${year}-11-22 08:40:39.000001`;
      const [{ status }] = await push(ada.account({ joinedAt }));
      assert.equal(status, 'applied');
      assert.equal((await users(database))[0].joined_at, joinedAt);
      const { token } = await logIn(ada);
      assert.equal((await pull(token)).ops.length, 1);
      assert.equal((await pull(token)).row, undefined, 'the row is as the op says');
    }
  });

  test(`${kind}: the same name, the same address, or both, from two devices: the second is told which`, async (t) => {
    const { push } = await startServer(t, kind);
    await push(new Person('ada', 'ada@example.com').account());
    const taken = async (username, email) => {
      const [{ status, code, fields }] = await push(new Person(username, email).account());
      return status === 'conflict' ? [code, fields] : status;
    };
    assert.deepEqual(await taken('ada', 'ada@other.example'), ['username-taken', ['username']]);
    assert.deepEqual(await taken('other', 'ada@example.com'), ['email-taken', ['email']]);
    assert.deepEqual(await taken('ada', 'ada@example.com'), ['username-taken', ['username', 'email']]);
    assert.deepEqual(await taken('ADA', 'other@example.com'), ['username-taken', ['username']]);
    assert.deepEqual(await taken('ada@example.com', 'other@example.com'), ['username-taken', ['username']]);
    assert.equal(await taken('grace', 'Ada@example.com'), 'applied', 'what is before the @ may differ in case');
  });

  test(`${kind}: of two in one push who want a name the first has it, and its values wait with the other`, async (t) => {
    const { push, database } = await startServer(t, kind);
    const people = ['ada', 'grace', 'ada', 'mary', 'Grace'].map(
      (name, index) => new Person(name, `${index}@example.com`),
    );
    const results = await push(...people.flatMap((person) => [person.account(), person.data(NAME, Buffer.from('1'))]));
    const said = results.map(({ status, code }) => code ?? status);
    const lost = ['username-taken', 'account-unknown'];
    const won = ['applied', 'applied'];
    assert.deepEqual(said, [won, won, lost, won, lost].flat());
    assert.deepEqual(
      (await users(database)).map(({ username }) => username),
      ['ada', 'grace', 'mary'],
    );
    assert.equal((await database.query('SELECT 1 FROM placecard_name')).length, 6);
  });

  test(`${kind}: two devices that want one name at the same moment: one of them has it`, async (t) => {
    const { push, database, errors } = await startServer(t, kind);
    const names = Array.from({ length: 12 }, (_, index) => `guest${index}`);
    const crowd = [1, 2, 3].map((device) => names.map((name) => new Person(name, `${name}@${device}.example`)));
    const answers = await Promise.all(
      crowd.map((people, device) =>
        push(...(device === 1 ? people.toReversed() : people).map((each) => each.account())),
      ),
    );
    const codes = answers.flat().map(({ status, code }) => code ?? status);
    assert.equal(codes.filter((code) => code === 'applied').length, 12);
    assert.equal(codes.filter((code) => code === 'username-taken').length, 24);
    assert.equal((await users(database)).length, 12);
    assert.deepEqual(errors, []);
  });

  test(`${kind}: whoever was refused a name gets in with another`, async (t) => {
    const { push } = await startServer(t, kind);
    await push(new Person('ada').account());
    const late = new Person('ada', 'late@example.com');
    assert.equal((await push(late.account()))[0].code, 'username-taken');
    assert.equal((await push(late.account({ username: 'late' })))[0].status, 'applied');
  });

  test(`${kind}: changing to an address that somebody has is refused, and nothing else is`, async (t) => {
    const { push, database } = await startServer(t, kind);
    const [ada, grace] = [new Person('ada'), new Person('grace')];
    await push(ada.account(), grace.account());
    const [refused, value] = await push(ada.account({ email: 'grace@example.com' }), ada.data(NAME, Buffer.from('1')));
    assert.deepEqual([refused.status, refused.code, refused.fields], ['conflict', 'email-taken', ['email']]);
    assert.equal(value.status, 'applied');
    assert.deepEqual(
      (await users(database)).map(({ email }) => email),
      ['ada@example.com', 'grace@example.com'],
    );
    assert.equal((await push(ada.account({ email: 'ada@new.example' })))[0].status, 'applied');
    const heir = new Person('heir', 'ada@example.com');
    assert.equal((await push(heir.account()))[0].status, 'applied', 'the old address is free');
    assert.equal((await push(ada.account({ username: 'Ada' })))[0].status, 'applied', 'her own name in other letters');
  });

  test(`${kind}: two who change to one address at the same moment`, async (t) => {
    const { push, errors } = await startServer(t, kind);
    const people = ['a', 'b', 'c', 'd', 'e'].map((name) => new Person(name));
    await push(...people.map((each) => each.account()));
    const answers = await Promise.all(people.map((each) => push(each.account({ email: 'one@example.com' }))));
    const codes = answers.flat().map(({ status, code }) => code ?? status);
    assert.deepEqual(codes.sort(), ['applied', ...Array(4).fill('email-taken')]);
    assert.deepEqual(errors, []);
  });

  test(`${kind}: a password changed on two devices is a conflict that shows the other's op`, async (t) => {
    const { push, logIn, database } = await startServer(t, kind);
    const phone = new Person('ada');
    await push(phone.account());
    const laptop = phone.otherDevice();
    phone.newPassword();
    laptop.newPassword();
    const [fromPhone, fromLaptop] = [phone.account(), laptop.account()];
    assert.equal((await push(fromPhone))[0].status, 'applied');
    const [{ status, code, theirs }] = await push(fromLaptop);
    assert.deepEqual([status, code, theirs], ['conflict', 'changed-meanwhile', fromPhone.op]);
    assert.equal((await logIn(phone)).op, fromPhone.op);
    await assert.rejects(logIn(laptop), /invalid-credentials/);
    laptop.takes(fromPhone);
    assert.equal((await push(laptop.account()))[0].status, 'applied', 'the merge descends from both');
    assert.equal((await logIn(laptop)).uid, laptop.uidHex);
    assert.equal((await users(database)).length, 1);
  });

  test(`${kind}: a deletion wins over a change elsewhere, in either order`, async (t) => {
    for (const deletionFirst of [true, false]) {
      const { push, database } = await startServer(t, kind);
      const phone = new Person('ada');
      await push(phone.account(), phone.data(NAME, Buffer.from('1')));
      const laptop = phone.otherDevice();
      const [gone, changed] = [phone.deletion(), laptop.account({ username: 'lovelace' })];
      const results = deletionFirst ? await push(gone, changed) : (await push(changed, gone)).toReversed();
      assert.equal(results[0].status, 'applied');
      if (deletionFirst) {
        assert.deepEqual(
          [results[1].status, results[1].code, results[1].theirs],
          ['conflict', 'account-deleted', gone.op],
        );
      }
      assert.deepEqual(await users(database), []);
      const tables = await everything(database);
      const left = Object.keys(tables).filter((table) => tables[table].length > 0 && table !== 'placecard_meta');
      assert.deepEqual(left, ['placecard_tombstone']);
      const [late, again, other] = await push(laptop.data(NAME, Buffer.from('2'), { rev: 5 }), gone, laptop.deletion());
      assert.deepEqual([late.code, again.status, other.status], ['account-deleted', 'duplicate', 'duplicate']);
    }
  });

  test(`${kind}: a deletion that overtakes its account keeps it from coming`, async (t) => {
    const { push, database } = await startServer(t, kind);
    const ada = new Person('ada');
    const [made, gone] = [ada.account(), ada.deletion()];
    assert.equal((await push(gone))[0].status, 'applied');
    assert.equal((await push(made))[0].code, 'account-deleted');
    assert.deepEqual(await users(database), []);
  });

  test(`${kind}: after a deletion the name is free, also within one push`, async (t) => {
    const { push, database, logIn } = await startServer(t, kind);
    const [ada, heir] = [new Person('ada'), new Person('ada')];
    await push(ada.account());
    const results = await push(ada.deletion(), heir.account());
    assert.deepEqual(
      results.map(({ status }) => status),
      ['applied', 'applied'],
    );
    assert.equal((await logIn(heir)).uid, heir.uidHex);
    await assert.rejects(logIn(ada), /invalid-credentials/);
    assert.equal((await users(database)).length, 1);
  });

  test(`${kind}: of two values the later revision stays, and of equal ones the larger id, in any order`, async (t) => {
    const { push, pull, tokenOf } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const token = await tokenOf(ada);
    const ids = [Buffer.alloc(16, 1), Buffer.alloc(16, 9)];
    const [small, large] = ids.map((opId) => ada.data(NAME, randomBytes(8), { rev: 2, opId }));
    assert.equal((await push(large))[0].status, 'applied');
    const [lost] = await push(small);
    assert.deepEqual(
      [lost.status, lost.code, lost.theirs, lost.theirsValue],
      ['conflict', 'changed-meanwhile', large.op, large.value],
    );
    assert.equal((await push(ada.data(NAME, Buffer.from('old'), { rev: 1 })))[0].code, 'changed-meanwhile');
    const gone = ada.data(NAME, null, { rev: 3 });
    const more = ada.data(OTHER_NAME, Buffer.from('other'));
    assert.deepEqual(
      (await push(gone, more)).map(({ status }) => status),
      ['applied', 'applied'],
    );
    const { ops } = await pull(token);
    assert.deepEqual(ops.slice(1), [{ op: gone.op }, { op: more.op, value: more.value }]);
    const [deleted] = await push(small);
    assert.deepEqual([deleted.theirs, deleted.theirsValue], [gone.op, undefined]);
  });

  test(`${kind}: several changes of one account in one push are applied one after the other`, async (t) => {
    const { push, database } = await startServer(t, kind);
    const ada = new Person('ada');
    const ops = [
      ada.account(),
      ada.data(NAME, Buffer.from('1')),
      ada.account({ username: 'lovelace' }),
      ada.data(NAME, Buffer.from('2'), { rev: 2 }),
      ada.account({ email: 'countess@example.com' }),
    ];
    const results = await push(...ops);
    assert.deepEqual(
      results.map(({ status, change }) => [status, change]),
      [1, 2, 3, 4, 5].map((change) => ['applied', change]),
    );
    const [{ username, email }] = await users(database);
    assert.deepEqual([username, email], ['lovelace', 'countess@example.com']);
  });

  test(`${kind}: 256 ops, one in three bad, and each has its own answer`, async (t) => {
    const { push, database, errors } = await startServer(t, kind);
    await push(new Person('taken').account());
    const ops = Array.from({ length: 256 }, (_, index) => {
      const person = new Person(index % 3 === 1 ? 'taken' : `guest${index}`, `${index}@example.com`);
      const { op } = person.account();
      return { op: index % 3 === 2 ? `${op.slice(0, 200)}AAAA${op.slice(204)}` : op };
    });
    const results = await push(...ops);
    const wanted = ['applied', 'username-taken', 'op-invalid'];
    results.forEach(({ status, code }, index) => {
      assert.equal(code ?? status, wanted[index % 3], String(index));
    });
    assert.equal((await users(database)).length, 1 + 86);
    assert.deepEqual(errors, []);
  });
}
