// One run: a few devices, a server and a network between them, and a seed that says what happens to them.

import { deviceActions } from './actions.js';
import { Chance, seedPlatform } from './chance.js';
import { Device } from './device.js';
import { check } from './invariants.js';
import { Network } from './network.js';

const START = Date.UTC(2026, 10, 25);
const YEAR = 366 * 24 * 3600 * 1000; // ms
const QUIET_ROUNDS = 12;

/**
 * @typedef {object} Setting what all runs share
 * @property {import('./server.js').Server} server
 * @property {import('./prepared.js').Prepared} prepared
 * @property {WebAssembly.Module} wasm
 * @property {{ now: number }} clock the server's
 */

export class World {
  /** @type {string[]} what happened, for whoever looks into a failure */
  story = [];
  /** @type {Device[]} */
  devices = [];
  /** @type {import('./disk.js').Disk[]} */
  copies = [];
  /** @type {Awaited<ReturnType<import('./server.js').Server['backup']>>[]} */
  backups = [];
  isQuiet = false;
  /** When those were made who may have been deleted. @type {Set<string>} */
  deleted = new Set();
  /** Texts that may never be on the wire. */
  secrets = new Set(['secret ', 'samovar']);
  #time = 0;

  /**
   * @param {Setting} setting
   * @param {number} seed
   */
  constructor(setting, seed) {
    this.seed = seed;
    this.setting = setting;
    this.server = setting.server;
    this.chance = new Chance(seed);
    this.network = new Network(setting.server);
  }

  /** @returns {Promise<string[]>} what was not as it must be */
  async run() {
    const release = seedPlatform(this.seed);
    try {
      await this.#begin();
      const steps = 10 + this.chance.below(40);
      for (let step = 0; step < steps; step += 1) await this.#step();
      await this.#quiet();
      return await check(this);
    } finally {
      for (const device of this.devices) device.crash();
      release();
    }
  }

  /** @param {string} line */
  tell(line) {
    this.story.push(line);
  }

  async #begin() {
    const { server, chance, setting } = this;
    const { disks, backup } = setting.prepared;
    setting.clock.now = START;
    await server.restore(backup, false);
    server.violations = [];
    server.errors = [];
    this.backups.push(backup);
    const names = [...disks.keys()];
    const count = 2 + chance.below(3);
    for (let index = 0; index < count; index += 1) {
      const [name] = names.splice(chance.below(names.length), 1);
      const skew = chance.pick([0, 0, -YEAR, YEAR, 60_000]);
      const device = new Device({
        name: `${index} (${name})`,
        wasm: setting.wasm,
        chance,
        now: () => this.#tick(skew),
        fetchOf: (from) => this.network.fetchOf(from),
      });
      device.disk = /** @type {import('./disk.js').Disk} */ (disks.get(name)).copy();
      this.devices.push(device);
      await device.start();
    }
    const failing = chance.pick([0, 0, 3, 10]);
    for (const device of this.devices) device.failing = failing;
  }

  /** Time passes whenever somebody looks at a clock. @param {number} skew */
  #tick(skew) {
    this.#time += 1;
    this.setting.clock.now = START + this.#time;
    return START + skew + this.#time;
  }

  async #step() {
    const { chance } = this;
    const kind = chance.weigh([
      [40, 'device'],
      [50, 'network'],
      [3, 'server'],
    ]);
    if (kind === 'network' && this.network.messages.length + this.network.ghosts.length > 0) await this.#move();
    else if (kind === 'server') await this.#disturbServer();
    else await this.act(chance.pick(this.devices));
  }

  /** @param {Device} device */
  async act(device) {
    if (device.accounts === null) {
      this.tell(`${device.name} starts`);
      await device.start();
      return;
    }
    const [name, action] = this.chance.weigh(deviceActions(this, device));
    const { life } = device;
    const outcome = await device.does(action);
    const ending =
      device.life !== life
        ? 'power fails'
        : outcome.isDone
          ? (outcome.error?.code ?? outcome.error ?? 'done')
          : 'waits';
    this.tell(`${device.name}: ${name}: ${ending}`);
    const { code } = outcome.error ?? { code: '' };
    if (outcome.error !== undefined && code === undefined) throw outcome.error;
  }

  async #move() {
    const { chance, network } = this;
    const index = chance.below(network.messages.length + network.ghosts.length);
    if (index >= network.messages.length) {
      this.tell('a ghost arrives');
      await network.haunt(index - network.messages.length);
      return;
    }
    const message = network.messages[index];
    const what = chance.weigh([
      [70, 'delivered'],
      [6, 'repeated'],
      [6, 'lost'],
      [6, 'lost, and will arrive later'],
      [4, 'answered by somebody else'],
    ]);
    const where = message.answer === null ? 'request' : 'answer';
    this.tell(`${where} of ${message.from.name} (${message.request.url.slice(22, 40)}) is ${what}`);
    if (what === 'delivered') await network.deliver(message);
    else if (what === 'repeated') await network.repeat(message);
    else if (what === 'answered by somebody else')
      await network.impersonate(message, chance.pick([200, 302, 502, 511]));
    else await network.lose(message, what !== 'lost');
  }

  async #disturbServer() {
    const { chance, server } = this;
    const what = chance.weigh([
      [4, 'restarts'],
      [4, 'is backed up'],
      [2, 'is restored'],
      [2, 'prunes its log'],
      [2, 'revokes all tokens'],
      [2, 'deactivates somebody'],
      [4, 'activates everybody'],
    ]);
    this.tell(`the server ${what}`);
    if (what === 'restarts') server.restart();
    if (what === 'is backed up') this.backups.push(await server.backup());
    if (what === 'is restored') await server.restore(chance.pick(this.backups), true);
    if (what === 'prunes its log') await server.query('DELETE FROM placecard_op');
    if (what === 'revokes all tokens') await server.query('DELETE FROM placecard_token');
    if (what === 'deactivates somebody') {
      await server.query(`UPDATE placecard_account SET disabled = TRUE WHERE user_id =
        (SELECT id FROM "user" ORDER BY id OFFSET ${chance.below(3)} LIMIT 1)`);
    }
    if (what === 'activates everybody') await server.query('UPDATE placecard_account SET disabled = FALSE');
  }

  /** The mischief ends: everybody syncs until nothing more happens. */
  async #quiet() {
    this.isQuiet = true;
    for (const device of this.devices) device.failing = 0;
    while (this.network.messages.length > 0) await this.network.deliver(this.network.messages[0]);
    while (this.network.ghosts.length > 0) await this.network.haunt(0);
    await this.server.query('UPDATE placecard_account SET disabled = FALSE');
    for (let round = 0, still = 0; still < 2; round += 1) {
      if (round === QUIET_ROUNDS) throw new Error('The devices never come to rest.');
      const moved = await Promise.resolve(this.#round());
      still = moved ? 0 : still + 1;
    }
  }

  /** @returns {Promise<boolean>} whether anything was sent that was new to anybody */
  async #round() {
    let moved = false;
    for (const device of this.devices) {
      if (device.accounts === null) await device.start();
      const { accounts } = device;
      if (accounts === null) throw new Error(`${device.name} does not start.`);
      const outcome = await device.does(() => device.syncs());
      while (!outcome.isDone) await this.network.deliver(this.network.messages[0]);
      if (outcome.error !== undefined) throw outcome.error;
      const { pushed = 0, pulled = 0 } = outcome.value ?? {};
      this.tell(`${device.name} syncs: ${pushed} up, ${pulled} down`);
      moved ||= pushed + pulled > 0;
    }
    return moved;
  }
}
