// A site and a browser for all tests of a file, and a visitor who has never been there for each of them.
import { after, before, test } from 'node:test';
import { setUp } from './world.js';

/** @typedef {Awaited<ReturnType<typeof setUp>>} World */

/** @returns {{ world: World, state: (name: string, run: (visitor: any) => Promise<void>, options?: object) => void }} */
export function staged() {
  /** @type {World} */
  let world;
  before(async () => {
    world = await setUp();
  });
  after(() => world.close());
  return {
    /** What it is once the tests run. */
    world: new Proxy(/** @type {World} */ ({}), { get: (_, name) => Reflect.get(world, name) }),
    state: (name, run, options) =>
      void test(name, async () => {
        const visitor = await world.visitor(options);
        await run(visitor);
        await visitor.close();
      }),
  };
}
