// The sync server in a process of its own, as whoever runs one has it. Told where its database is, it tells its port.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createHandler, nodeListener, openDatabase } from '../../dist/placecard/server/node.js';

const MINUTES = 600_000; // ms
const unlimited = { burst: 1e9, perMinute: 1e9 };

// Whoever began it may end without a word.
process.once('disconnect', () => process.exit());

const [where] = await once(process, 'message');
const database = await openDatabase(where);
const handler = createHandler({ database, limits: { pushedOps: unlimited, requests: unlimited } });
// Between two pushes the other side makes accounts, which may take longer than a connection is kept otherwise.
const server = createServer({ keepAliveTimeout: MINUTES }, nodeListener(handler));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

await once(process, 'message');
server.close();
server.closeAllConnections();
await database.close();
process.disconnect();
