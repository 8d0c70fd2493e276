// Run by child.js. `hold <file>` opens the file and keeps it until its input ends; `write <file>` adds one row after the
// other and says each id once it is stored. Says the code when it is refused.

import { fileStorage, open } from '../../dist/placecard/node.js';

const [what, file] = process.argv.slice(2);
try {
  const accounts = await open({ storage: fileStorage(file) });
  console.log('open');
  if (what === 'write') {
    for (let number = (await accounts.users.count()) + 1; ; number += 1) {
      // Names long enough that a commit is many pages soon.
      await accounts.importUsers([{ username: `row ${number} ${'x'.repeat(50)}`, email: `${number}@example.com` }]);
      process.stdout.write(`${number}\n`);
    }
  }
  for await (const _ of process.stdin);
  await accounts.close();
  console.log('closed');
} catch (error) {
  console.log(error.code);
}
