// Every way the accounts may stand with the sync server, each reached as a guest reaches it, on devices of their own,
// against the real server; looked at in both themes and at three widths.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  accountsIn,
  atHome,
  down,
  errorOf,
  fill,
  go,
  guest,
  heard,
  logIn,
  logOut,
  look,
  PASSWORD,
  send,
  setUp,
  stored,
} from './world.js';

let world;
before(async () => {
  world = await setUp({ withSync: true });
});
after(() => world.close());
beforeEach(() => {
  world.sync.weather = null;
});

let people = 0;
/** A name no other test has. */
function somebody() {
  people += 1;
  return `Guest ${people}`;
}

/** A guest's devices, each a browser that has never been here. */
function state(name, run, options) {
  test(name, async () => {
    const visitors = [];
    const device = async (more) => {
      const visitor = await world.visitor({ ...options, ...more });
      visitors.push(visitor);
      const page = await visitor.open();
      return Object.assign(page, { visitor });
    };
    await run(device);
    for (const visitor of visitors) await visitor.close();
  });
}

const line = (page, pattern) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('#sync p')?.textContent ?? ''),
    pattern.source,
  );
const synced = (page) => line(page, /^Everything is on the server/);
const notice = (page, id) => page.waitForSelector(`[data-notice="${id}"]`);
const noticed = (page, id) => page.textContent(`[data-notice="${id}"] p`);
const gone = (page, id) => page.waitForSelector(`[data-notice="${id}"]`, { state: 'detached' });
/** All but the one about the browser's promise. */
const notices = (page) =>
  page.$$eval('[data-notice]:not([data-notice="best-effort"])', (all) => all.map(({ dataset }) => dataset.notice));
const syncNow = async (page) => {
  await page.click('#sync button');
  await page.waitForFunction(() => document.querySelector('#sync button')?.textContent === 'Sync now');
};

/** @param {import('playwright-core').Page} page @param {string} name */
async function signUpAs(page, name) {
  await go(page, 'sign-up');
  await fill(page, 'sign-up', account(name));
  await send(page, 'sign-up');
  await atHome(page, name);
}

const account = (name) => ({ ...guest('x'), username: name, email: addressOf(name) });
const addressOf = (name) => `${name.toLowerCase().replace(/\W+/g, '.')}@example.com`;

/** @param {import('playwright-core').Page} page */
async function rename(page, name) {
  await go(page, 'profile');
  const summary = page.locator('summary', { hasText: 'Change username' });
  if (!(await summary.evaluate((node) => node.parentElement.open))) await summary.click();
  await fill(page, 'rename', { username: name });
  await send(page, 'rename');
  await page.waitForSelector(`text=You are ${name} from now on.`);
}

async function changePassword(page, next) {
  await go(page, 'profile');
  await page.locator('summary', { hasText: 'Change password' }).click();
  await fill(page, 'change-password', { current: PASSWORD, next, repeat: next });
  await send(page, 'change-password');
  await page.waitForSelector('text=Your password is changed.');
}

async function answer(page, diet) {
  await page.click('#nav-home');
  await page.check('[value="yes"]');
  await page.fill('[name="diet"]', diet);
  await send(page, 'answer');
  await heard(page, /Saved on this device/);
}

state('synced: the footer says so, and when; Sync now says it again', async (device) => {
  const page = await device();
  const name = somebody();
  await signUpAs(page, name);
  await line(page, /^Everything is on the server, last looked .*\d\d:\d\d\.$/);
  assert.deepEqual(
    (await world.sync.users()).filter((each) => each === name),
    [name],
  );
  await look(page, 'sync-synced');
  await page.click('#sync button');
  await heard(page, /Everything is on the server/);
  assert.deepEqual(await notices(page), []);
});

state('sending: said while it is under way, and then that it is there', async (device) => {
  const page = await device();
  await synced(page);
  const held = hold('/v1/push');
  await signUpAs(page, somebody());
  await held.reached;
  await line(page, /^Sending 1 change …$/);
  await look(page, 'sync-sending');
  held.release();
  await synced(page);
});

state('a long queue: how much of it is there', async (device) => {
  const page = await device();
  await signUpAs(page, somebody());
  await synced(page);
  await page.visitor.context.setOffline(true);
  const accounts = await accountsIn(page);
  await page.evaluate(async (accounts) => {
    for (let index = 0; index < 300; index += 1) await accounts.session.data.set(`key ${index}`, index);
    await accounts.close();
  }, accounts);
  const held = hold('/v1/push', 2);
  await page.visitor.context.setOffline(false);
  await held.reached;
  await line(page, /^Sending: 256 of 300 changes are there\.$/);
  await page.waitForSelector('#sync progress[value="256"][max="300"]');
  await look(page, 'sync-progress');
  held.release();
  await synced(page);
  await heard(page, /Everything is on the server/);
  await page.waitForSelector('#sync progress', { state: 'hidden' });
});

state('offline: one notice, with what waits; sent when the network is back', async (device) => {
  const page = await device();
  await stored(page);
  await synced(page);
  await page.visitor.context.setOffline(true);
  await notice(page, 'offline');
  assert.equal(await noticed(page, 'offline'), 'You are offline. Everything here works.');
  const name = somebody();
  await signUpAs(page, name);
  await answer(page, 'No olives.');
  await page.waitForSelector('[data-notice="offline"] >> text=2 changes wait to be sent.');
  await heard(page, /You are offline.*2 changes wait/);
  await line(page, /cannot be reached.*2 changes wait/);
  assert.deepEqual(await notices(page), ['offline']);
  await look(page, 'sync-offline');
  await page.reload();
  await atHome(page, name);
  await page.waitForSelector('[data-notice="offline"] >> text=2 changes wait to be sent.');
  await page.visitor.context.setOffline(false);
  await synced(page);
  await gone(page, 'offline');
  assert.ok((await world.sync.users()).includes(name));
});

state('the server is down and the page is not: said, with what waits, and Sync now sends it', async (device) => {
  const page = await device();
  await synced(page);
  world.sync.weather = down;
  await signUpAs(page, somebody());
  await page.waitForSelector('[data-notice="offline"] >> text=1 change waits to be sent.');
  assert.match(await noticed(page, 'offline'), /^The server cannot be reached\. Everything here works;/);
  await look(page, 'sync-away');
  await syncNow(page);
  await heard(page, /The server cannot be reached. Nothing is lost/);
  world.sync.weather = null;
  await page.click('#sync button');
  await synced(page);
  await gone(page, 'offline');
});

state('a hotel’s log-in page is not taken for the end of the server', async (device) => {
  const page = await device();
  await synced(page);
  world.sync.weather = async () => new Response('<title>Hotel</title>', { headers: { 'content-type': 'text/html' } });
  await signUpAs(page, somebody());
  await page.waitForSelector('[data-notice="offline"] >> text=1 change waits');
  world.sync.weather = null;
  await page.click('#sync button');
  await synced(page);
});

state('a server that is busy: said, and that the account is only here as yet', async (device) => {
  const page = await device();
  await synced(page);
  const busy = world.sync.handlerWith({ limits: { pushedOps: { burst: 1, perMinute: 1 } } });
  const address = '192.0.2.1';
  const body = JSON.stringify({ ops: [{}] });
  const headers = { 'content-type': 'application/json' };
  await busy(new Request(`${world.url}v1/push`, { method: 'POST', headers, body }), { address }); // its one op
  world.sync.weather = (_, request) => busy(request, { address });
  await signUpAs(page, somebody());
  await notice(page, 'sync-failed');
  await heard(page, /server is busy.*tried again/);
  await line(page, /^Your account is only on this device as yet: 1 change waits to be sent\.$/);
  await look(page, 'sync-local-only');
  world.sync.weather = null;
  await page.click('#sync button');
  await synced(page);
  await gone(page, 'sync-failed');
});

/** A name that somebody else took on the server, while this device was offline. */
async function twoOfOneName(device, name, more) {
  const first = await device();
  await signUpAs(first, name);
  await synced(first);
  const second = await device(more);
  await stored(second);
  await second.visitor.context.setOffline(true);
  await notice(second, 'offline');
  await go(second, 'sign-up');
  await fill(second, 'sign-up', { ...account(name), ...more?.form });
  await send(second, 'sign-up');
  await atHome(second, name);
  return [first, second];
}

state('a name that somebody else took: which, and another one, with what is free', async (device) => {
  const name = somebody();
  const form = { email: 'the.other@example.com' };
  const [first, second] = await twoOfOneName(device, name, { form });
  const other = somebody();
  await logOut(first);
  await signUpAs(first, other);
  await synced(first);
  await second.visitor.context.setOffline(false);
  await notice(second, 'settle-needs-rename');
  await heard(second, /Somebody else already has the username Guest/);
  await line(second, /waits for you to decide/);
  await look(second, 'sync-needs-rename-notice');
  await second.click('[data-notice="settle-needs-rename"] button');
  await second.waitForSelector('body[data-view="settle"]');
  await gone(second, 'settle-needs-rename');
  assert.equal(await second.inputValue('form[name="settle-rename"] [name="username"]'), name);
  assert.equal(await second.locator('form[name="settle-rename"] [name="email"]').count(), 0);
  await second.waitForSelector('.suggestions button');
  await look(second, 'sync-needs-rename');
  await send(second, 'settle-rename');
  assert.match(await errorOf(second, 'settle-rename', 'username'), /Somebody else has this name/);
  await fill(second, 'settle-rename', { username: ' ' });
  await send(second, 'settle-rename');
  assert.match(await errorOf(second, 'settle-rename', 'username'), /Choose a username|cannot begin/);
  // Free here, but not there.
  await fill(second, 'settle-rename', { username: other });
  await send(second, 'settle-rename');
  await heard(second, /Somebody else has this name/);
  assert.equal(await second.inputValue('form[name="settle-rename"] [name="username"]'), other);
  await look(second, 'sync-needs-rename-error');
  const free = second.locator('.suggestions button').last();
  const chosen = await free.textContent();
  await free.click();
  assert.equal(await second.inputValue('form[name="settle-rename"] [name="username"]'), chosen);
  await send(second, 'settle-rename');
  await atHome(second, chosen);
  await heard(second, /That one is yours now/);
  await synced(second);
  assert.ok((await world.sync.users()).includes(chosen));
});

state('“that somebody is me”: a wrong password, no server, and then one account with what both had', async (device) => {
  const name = somebody();
  const [first, second] = await twoOfOneName(device, name, {
    form: { password: 'forgot I had one', repeat: 'forgot I had one' },
  });
  await answer(second, 'No fish.');
  await second.visitor.context.setOffline(false);
  await second.click('[data-notice="settle-needs-rename"] button');
  await second.waitForSelector('form[name="settle-rename"] [name="email"]');
  assert.equal(await second.inputValue('form[name="settle-merge"] [name="username"]'), name);
  await fill(second, 'settle-merge', { password: 'not this one' });
  await send(second, 'settle-merge');
  assert.match(await errorOf(second, 'settle-merge', 'password'), /name or the password is wrong/);
  assert.equal(await second.inputValue('form[name="settle-merge"] [name="password"]'), 'not this one');
  await look(second, 'sync-that-is-me');
  world.sync.weather = down;
  await fill(second, 'settle-merge', { password: PASSWORD });
  await send(second, 'settle-merge');
  await second.waitForSelector('form[name="settle-merge"] .form-error p');
  assert.match(await second.textContent('form[name="settle-merge"] .form-error'), /cannot be reached.*try again/);
  world.sync.weather = null;
  await send(second, 'settle-merge');
  await atHome(second, name);
  await heard(second, /It is one account now/);
  await synced(second);
  assert.deepEqual(await notices(second), []);
  await second.waitForSelector('[value="yes"]:checked');
  assert.equal(await second.inputValue('[name="diet"]'), 'No fish.');
  await go(second, 'guests');
  await second.waitForSelector('text=1 guest has an account');
  await syncNow(first);
  await first.reload();
  await first.waitForSelector('[value="yes"]:checked');
  assert.equal(await first.inputValue('[name="diet"]'), 'No fish.');
});

state(
  'in German: an address that somebody else has, and a new one that waits for the network',
  async (device) => {
    const [name, other] = [somebody(), somebody()];
    const first = await device();
    await signUpAs(first, name);
    await line(first, /^Alles ist auf dem Server/);
    const second = await device();
    await stored(second);
    await second.visitor.context.setOffline(true);
    await notice(second, 'offline');
    await fill(second, 'sign-up', { ...account(other), email: addressOf(name) });
    await send(second, 'sign-up');
    await atHome(second, other);
    await second.waitForSelector('[data-notice="offline"] >> text=1 Änderung wartet auf den Server.');
    await look(second, 'sync-offline-german');
    await second.visitor.context.setOffline(false);
    await notice(second, 'settle-needs-rename');
    await heard(second, /Schon vergeben: die E-Mail-Adresse/);
    await second.click('[data-notice="settle-needs-rename"] button');
    await send(second, 'settle-rename');
    assert.match(await errorOf(second, 'settle-rename', 'email'), /Jemand anderes hat diese Adresse/);
    await fill(second, 'settle-rename', { email: 'halb@getippt' });
    // Nothing typed is lost when the language changes.
    await second.selectOption('footer .choices select', 'en');
    await second.waitForSelector('text=Take this one');
    assert.equal(await second.inputValue('form[name="settle-rename"] [name="email"]'), 'halb@getippt');
    await second.selectOption('footer .choices select', 'de');
    await look(second, 'sync-needs-rename-german');
    world.sync.weather = down;
    await fill(second, 'settle-rename', { email: addressOf(other) });
    await send(second, 'settle-rename');
    await atHome(second, other);
    await heard(second, /Auf diesem Gerät vermerkt/);
    world.sync.weather = null;
    await second.click('#sync button');
    await line(second, /^Alles ist auf dem Server/);
    assert.ok((await world.sync.users()).includes(other));
  },
  { locale: 'de-AT' },
);

state('by keyboard, and remembered: a new address takes the password first', async (device) => {
  const [name, other] = [somebody(), somebody()];
  const first = await device();
  await signUpAs(first, name);
  await synced(first);
  const second = await device();
  await stored(second);
  await second.visitor.context.setOffline(true);
  await fill(second, 'sign-up', { ...account(other), email: addressOf(name) });
  await second.check('form[name="sign-up"] [name="remember"]');
  await send(second, 'sign-up');
  await atHome(second, other);
  await second.close();
  await second.visitor.context.setOffline(false);
  const later = await second.visitor.open();
  await atHome(later, other);
  await notice(later, 'settle-needs-rename');
  await later.focus('[data-notice="settle-needs-rename"] button');
  await later.keyboard.press('Enter');
  await later.waitForSelector('body[data-view="settle"]');
  assert.equal(await later.evaluate(() => document.activeElement.textContent), 'Somebody else was first');
  await later.keyboard.press('Tab');
  assert.equal(await later.evaluate(() => document.activeElement.name), 'email');
  await later.keyboard.press('Control+a');
  await later.keyboard.type(addressOf(other));
  await later.keyboard.press('Enter');
  await later.waitForSelector('dialog[open]');
  await later.keyboard.type(PASSWORD);
  await later.keyboard.press('Enter');
  await atHome(later, other);
  await heard(later, /That one is yours now/);
  assert.match(await later.evaluate(() => document.activeElement.textContent), /Will you come/);
  assert.ok((await world.sync.users()).includes(other));
});

/** Two devices of one account. */
async function twoDevices(device) {
  const name = somebody();
  const first = await device();
  await signUpAs(first, name);
  await synced(first);
  const second = await device();
  await synced(second);
  await logIn(second, name);
  await atHome(second, name);
  await synced(second);
  return { name, first, second };
}

/** While one device has no network. */
async function apart(page, work) {
  await page.visitor.context.setOffline(true);
  await notice(page, 'offline');
  await work();
  await page.visitor.context.setOffline(false);
}

/** What is changed here is sent after what the other device has sent. */
async function changedOnBoth(first, second, change) {
  await apart(second, async () => {
    await change(second, 'B');
    await change(first, 'A');
    await syncNow(first);
  });
}

for (const [which, label, says] of [
  ['mine', 'Keep the one from here', /chose on this device is your password now/],
  ['theirs', 'Use the other one', /chose on the other device is your password now. Log in with it/],
]) {
  state(`a password changed here and on another device: ${which} is chosen`, async (device) => {
    const { name, first, second } = await twoDevices(device);
    await changedOnBoth(first, second, (page, which) => changePassword(page, `the new password ${which}`));
    await notice(second, 'settle-credential-conflict');
    await heard(second, /password was changed here and on another device/);
    await second.click('[data-notice="settle-credential-conflict"] button');
    await second.waitForSelector(`text=${label}`);
    await look(second, 'sync-credential-conflict');
    await second.click(`text=${label}`);
    await heard(second, says);
    if (which === 'mine') {
      await atHome(second, name);
      await synced(second);
      await syncNow(first);
      // Whoever is there with the other one has to log in.
      await first.waitForSelector('body[data-view="log-in"]');
      await notice(first, 'ended-password-changed');
      await look(first, 'sync-password-changed');
    } else {
      await second.waitForSelector('body[data-view="log-in"]');
      assert.deepEqual(await notices(second), []);
      await logIn(second, name, { password: 'the new password B' });
      assert.match(await errorOf(second, 'log-in', 'password'), /name or the password is wrong/);
      await logIn(second, name, { password: 'the new password A' });
      await atHome(second, name);
    }
  });
}

for (const [which, label, stays] of [
  ['mine', 'Keep what is here', 'B'],
  ['theirs', 'Take the other one', 'A'],
]) {
  state(`a name changed here and on another device: ${which} is chosen`, async (device) => {
    const { name, first, second } = await twoDevices(device);
    await changedOnBoth(first, second, (page, which) => rename(page, `${name} ${which}`));
    await notice(second, 'settle-conflict');
    await heard(second, /not the same here and on the server: the username/);
    await second.click('[data-notice="settle-conflict"] button');
    await second.waitForSelector(`text=${label}`);
    assert.deepEqual(await second.locator('#panel dd').allTextContents(), [`${name} B`, `${name} A`]);
    await look(second, 'sync-conflict');
    world.sync.weather = down;
    await second.click(`text=${label}`);
    await atHome(second, `${name} ${stays}`);
    if (which === 'mine') await heard(second, /Noted on this device/);
    world.sync.weather = null;
    await second.click('#sync button');
    await synced(second);
    assert.ok((await world.sync.users()).includes(`${name} ${stays}`));
    await syncNow(first);
    await go(first, 'profile');
    await first.waitForFunction(
      (name) => document.querySelector('.seat .name')?.textContent === name,
      `${name} ${stays}`,
    );
  });
}

state('a name that the host has changed on the server: it is taken over when its owner says so', async (device) => {
  const [page, name] = [await device(), somebody()];
  await signUpAs(page, name);
  await synced(page);
  await world.sync.query('UPDATE "user" SET username = $1 WHERE username = $2', [`${name}, Dr.`, name]);
  await page.click('#sync button');
  await notice(page, 'settle-conflict');
  await page.click('[data-notice="settle-conflict"] button');
  await page.waitForSelector('text=Take the other one');
  assert.deepEqual(await page.locator('#panel dd').allTextContents(), [name, `${name}, Dr.`]);
  await page.click('text=Take the other one');
  await atHome(page, `${name}, Dr.`);
  await heard(page, /What is on the server holds now/);
  await synced(page);
});

async function deleteAccount(page) {
  await go(page, 'profile');
  await page.locator('summary', { hasText: 'Delete account' }).click();
  await fill(page, 'remove', { password: PASSWORD });
  await send(page, 'remove');
  await heard(page, /Your account is deleted/);
  assert.deepEqual(await notices(page), [], 'whoever did it knows');
}

for (const which of ['kept', 'let go']) {
  state(`changed here, deleted on another device: ${which}`, async (device) => {
    const { name, first, second } = await twoDevices(device);
    await apart(second, async () => {
      await answer(second, 'No fish.');
      await deleteAccount(first);
      await syncNow(first);
      assert.ok(!(await world.sync.users()).includes(name));
    });
    await notice(second, 'settle-revoked');
    await heard(second, /deleted on another device. Keep it, or let it go/);
    await second.click('[data-notice="settle-revoked"] button');
    await fill(second, 'settle-keep', { password: 'not this one' });
    await send(second, 'settle-keep');
    assert.match(await errorOf(second, 'settle-keep', 'password'), /This password is wrong/);
    await look(second, 'sync-deleted');
    if (which === 'kept') {
      await fill(second, 'settle-keep', { password: PASSWORD });
      await send(second, 'settle-keep');
      await atHome(second, name);
      await heard(second, /kept, as a new one/);
      await synced(second);
      await gone(second, 'offline');
      assert.deepEqual(await notices(second), []);
      assert.ok((await world.sync.users()).includes(name));
      await second.waitForSelector('[value="yes"]:checked');
      assert.equal(await second.inputValue('[name="diet"]'), 'No fish.');
    } else {
      await send(second, 'settle-drop');
      await second.waitForSelector('body[data-view="sign-up"]');
      await heard(second, /Your account is deleted/);
      assert.deepEqual(await notices(second), []);
    }
  });
}

state('deleted on another device, nothing changed here: logged out, and told why', async (device) => {
  const { first, second } = await twoDevices(device);
  await deleteAccount(first);
  await syncNow(first);
  await syncNow(second);
  await notice(second, 'ended-deleted');
  await heard(second, /deleted in another tab or on another device/);
  await second.waitForSelector('body[data-view="sign-up"]');
  await look(second, 'sync-deleted-elsewhere');
});

state('deactivated by the host: logged out, and told whom to ask', async (device) => {
  const page = await device();
  const name = somebody();
  await signUpAs(page, name);
  await synced(page);
  await world.sync.setActive(name, false);
  await syncNow(page);
  await notice(page, 'ended-deactivated');
  await heard(page, /deactivated. Ask your host/);
  await line(page, /account of Guest \d+ was deactivated/);
  await logIn(page, name);
  await page.waitForSelector('form[name="log-in"] .error p');
  assert.match(await page.textContent('form[name="log-in"]'), /deactivated. Ask your host/);
  await look(page, 'sync-deactivated');
});

state('somebody on a shared tablet who has something to decide is told whose it is', async (device) => {
  const name = somebody();
  const [, second] = await twoOfOneName(device, name, { form: { email: `other.${addressOf(name)}` } });
  await second.visitor.context.setOffline(false);
  await notice(second, 'settle-needs-rename');
  await logOut(second);
  await line(second, new RegExp(`^${name} has something to decide. Log in as ${name} to do so.$`));
  await look(second, 'sync-others');
  // It is no longer a change of whoever is there now.
  await signUpAs(second, somebody());
  await line(second, new RegExp(`^${name} has something to decide`));
});

state('what was changed on two devices waits for whoever has logged out, and says for whom', async (device) => {
  const { name, first, second } = await twoDevices(device);
  await rename(first, `${name} renamed`);
  await apart(second, async () => {
    await syncNow(first);
    await changePassword(second, 'the new password B');
    await second.click('#nav-home');
    await atHome(second, name);
    await logOut(second);
  });
  await line(second, new RegExp(`^${name} changed something here and on another device`));
  await look(second, 'sync-log-in-needed');
  await logIn(second, name, { password: 'the new password B' });
  await atHome(second, `${name} renamed`);
  await synced(second);
});

state('a log-in on a device that is new: with the server, without it, and with a wrong password', async (device) => {
  const [first, name] = [await device(), somebody()];
  await signUpAs(first, name);
  await answer(first, 'No olives.');
  await synced(first);
  const second = await device();
  await synced(second);
  world.sync.weather = down;
  await logIn(second, name);
  assert.match(await errorOf(second, 'log-in', 'password'), /server cannot be reached now.*try again/);
  assert.equal(await second.inputValue('form[name="log-in"] [name="username"]'), name);
  assert.match(await second.textContent('#panel .lead'), /made on another device works here too/);
  await look(second, 'sync-log-in-away');
  world.sync.weather = null;
  await logIn(second, name, { password: 'not this one' });
  await heard(second, /name or the password is wrong. Check both/);
  await logIn(second, name);
  await atHome(second, name);
  await second.waitForSelector('[value="yes"]:checked');
  assert.equal(await second.inputValue('[name="diet"]'), 'No olives.');
  // From now on it needs no network.
  await logOut(second);
  await second.visitor.context.setOffline(true);
  await logIn(second, name);
  await atHome(second, name);
  // A password that was changed on the other device is not known here yet, and that is said.
  await changePassword(first, 'another few words');
  await syncNow(first);
  await second.click('.actions >> text=Lock');
  await fill(second, 'unlock', { password: 'another few words' });
  await send(second, 'unlock');
  assert.match(await errorOf(second, 'unlock', 'password'), /server cannot be reached now.*try again/);
  await second.visitor.context.setOffline(false);
  await line(second, /^Everything is on the server/);
  await send(second, 'unlock');
  await atHome(second, name);
});

state('storage that was cleared: said, and what was on the server comes back with the log-in', async (device) => {
  const [page, name] = [await device(), somebody()];
  await signUpAs(page, name);
  await answer(page, 'No olives.');
  await synced(page);
  const session = await page.visitor.context.newCDPSession(page);
  const { origin } = new URL(world.url);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await send(page, 'answer');
  await notice(page, 'ended-cleared-but-sent');
  await heard(page, /Log in: what was on the server comes back/);
  await look(page, 'sync-cleared');
  await page.click('[data-notice="ended-cleared-but-sent"] button');
  await page.waitForSelector('body[data-view="log-in"]');
  await gone(page, 'ended-cleared-but-sent');
  await logIn(page, name);
  await atHome(page, name);
  await page.waitForFunction(() => document.querySelector('[name="diet"]').value === 'No olives.');
});

state('the service worker leaves the server alone', async (device) => {
  const page = await device();
  await stored(page);
  await page.reload();
  const fromWorker = [];
  page.on('response', (response) => {
    if (/\/(v1\/|healthz)/.test(response.url())) fromWorker.push(response.fromServiceWorker());
  });
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await signUpAs(page, somebody());
  await synced(page);
  assert.ok(fromWorker.length > 0);
  assert.deepEqual([...new Set(fromWorker)], [false]);
  const kept = await page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
    return requests.map(({ url }) => url);
  });
  assert.ok(kept.length > 5);
  assert.deepEqual(
    kept.filter((url) => /\/v1\/|healthz/.test(url)),
    [],
  );
});

/**
 * Holds a request back until it is let go.
 * @param {string} path
 * @param {number} [number] which of them
 */
function hold(path, number = 1) {
  const [reached, release] = [deferred(), deferred()];
  let count = 0;
  world.sync.weather = async (send, request) => {
    if (new URL(request.url).pathname === path) count += 1;
    if (count === number) {
      reached.resolve();
      await release.promise;
    }
    return send();
  };
  return { reached: reached.promise, release: release.resolve };
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
