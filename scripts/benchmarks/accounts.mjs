// What a person waits for: sign-up and log-in through the package, in units of one derivation.

import { readFile } from 'node:fs/promises';
import { open } from '../../dist/placecard/node.js';
import { derivations } from './argon2.mjs';
import { wasmFile } from './places.mjs';
import { compete } from './rounds.mjs';

const PASSWORD = 'correct horse battery staple';

export async function measure({ rounds }) {
  const { placecard: derivation } = await derivations(await readFile(wasmFile));
  const accounts = await open();
  let count = 0;
  const login = () => `person${count}`;
  const turns = {
    'one derivation': derivation,
    signUp: () => accounts.signUp({ username: login(), email: `${login()}@example.com`, password: PASSWORD }),
    logIn: () => accounts.logIn({ login: 'ada', password: PASSWORD }),
  };
  await accounts.signUp({ username: 'ada', email: 'ada@example.com', password: PASSWORD });
  const medians = await compete(turns, rounds, {
    signUp: async () => {
      ++count;
      await accounts.logOut();
    },
    logIn: () => accounts.logOut(),
  });
  await accounts.close();
  return { title: 'Sign-up and log-in in Node, memoryStorage', medians };
}
