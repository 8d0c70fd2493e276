// tests/vectors/pagination.json: what Flask-SQLAlchemy answered, asked again here.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { opened, people, refused, vectors } from '../support/placecard.js';

const FLASK_DEFAULT_CAP = 100;

const recorded = await vectors('pagination.json');
const cases = recorded.filter(({ count }) => count !== false);
const byTotal = new Map();
for (const each of cases) byTotal.set(each.total, [...(byTotal.get(each.total) ?? []), each]);

const optional = (value) => value ?? undefined;

function request({ page, per_page, max_per_page, error_out }) {
  return { page: optional(page), perPage: optional(per_page), maxPerPage: optional(max_per_page), errorOut: error_out };
}

/** A page in the words of the recording. */
function told(page) {
  return {
    page: page.page,
    per_page: page.perPage,
    max_per_page: page.maxPerPage,
    total: page.total,
    pages: page.pages,
    items: page.items.map(({ id }) => id),
    first: page.first,
    last: page.last,
    has_prev: page.hasPrev,
    prev_num: page.prevNum,
    has_next: page.hasNext,
    next_num: page.nextNum,
    iter_pages: page.iterPages,
  };
}

function turned(page) {
  return { page: page.page, per_page: page.perPage, first_item: page.items[0]?.id ?? null, total: page.total };
}

test('there are 757 recorded answers, one of them without a count', () => {
  assert.equal(recorded.length, 757);
  assert.equal(cases.length, 756);
  assert.deepEqual(
    [...byTotal.keys()].toSorted((a, b) => a - b),
    [0, 1, 19, 20, 21, 40, 41, 150, 250],
  );
});

test('every answer is as recorded', async (t) => {
  let compared = 0;
  let turns = 0;
  let departures = 0;

  for (const [total, group] of byTotal) {
    await t.test(`${group.length} pages of ${total} users are as recorded`, async (t) => {
      const accounts = await opened(t);
      if (total > 0) await accounts.importUsers(people(total));
      for (const { result, error, ...asked } of group) {
        const name = JSON.stringify(asked);
        compared += 1;
        if (error !== undefined) {
          assert.equal(error, 404, name);
          await refused('not-found', () => accounts.users.paginate(request(asked)), name);
          continue;
        }
        const { iter_pages_1_1_1_1, next, prev, ...expected } = result;
        const page = await accounts.users.paginate(request(asked));
        assert.deepEqual(told(page), expected, name);
        assert.deepEqual(
          [...page].map(({ id }) => id),
          expected.items,
          name,
        );
        const iterPages = { leftEdge: 1, leftCurrent: 1, rightCurrent: 1, rightEdge: 1 };
        const narrow = await accounts.users.paginate({ ...request(asked), iterPages });
        assert.deepEqual(narrow.iterPages, iter_pages_1_1_1_1, name);

        for (const [answer, turn] of [
          [next, () => page.next()],
          [prev, () => page.prev()],
        ]) {
          if (answer === undefined) continue;
          turns += 1;
          const there = await turn();
          assert.equal(there.maxPerPage, page.maxPerPage, name);
          if (answer.per_page === page.perPage) {
            assert.deepEqual(turned(there), answer, name);
            continue;
          }
          // The recorded prev() forgets the cap that was asked for and falls back to its own, so that its page has another
          // size and another beginning than the pages around it. Ours keeps what was asked for.
          departures += 1;
          assert.equal(answer, prev, name);
          assert(page.perPage > FLASK_DEFAULT_CAP && page.maxPerPage === null, name);
          assert.equal(answer.per_page, FLASK_DEFAULT_CAP, name);
          const first = (answer.page - 1) * page.perPage + 1;
          assert.deepEqual(
            turned(there),
            { page: answer.page, per_page: page.perPage, first_item: first > total ? null : first, total },
            name,
          );
        }
      }
    });
  }
  assert.deepEqual({ compared, turns, departures }, { compared: 756, turns: 172, departures: 7 });
});

test('a page always counts: the one recorded answer without a count has no counterpart', async (t) => {
  const [{ total, page, per_page, result }] = recorded.filter(({ count }) => count === false);
  assert.equal(result.total, null);
  const accounts = await opened(t);
  await accounts.importUsers(people(total));
  const counted = await accounts.users.paginate({ page, perPage: per_page });
  assert.equal(counted.total, total);
  assert.equal(counted.pages, Math.ceil(total / per_page));
});

test('turning past either end is not found, or mended when asked to', async (t) => {
  const accounts = await opened(t);
  await accounts.importUsers(people(5));
  const page = await accounts.users.paginate({ perPage: 5 });
  await refused('not-found', () => page.next());
  await refused('not-found', () => page.prev());
  const lenient = await accounts.users.paginate({ perPage: 5, errorOut: false });
  assert.deepEqual((await lenient.next()).items, []);
  assert.equal((await lenient.prev()).page, 1);
});

test('pages of a narrowed, ordered query keep its filter and its order', async (t) => {
  const accounts = await opened(t);
  await accounts.importUsers(people(30).map((row, index) => ({ ...row, passwordHash: index % 2 ? 'odd' : 'even' })));
  const first = await accounts.users
    .filterBy({ passwordHash: 'odd' })
    .orderBy('username', 'desc')
    .paginate({ perPage: 4 });
  const ids = [];
  for (let page = first; ; page = await page.next()) {
    ids.push(...page.items.map(({ id }) => id));
    if (!page.hasNext) break;
  }
  assert.deepEqual(
    ids,
    Array.from({ length: 15 }, (_, index) => 30 - 2 * index),
  );
});
