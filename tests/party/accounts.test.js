// The account after the sign-up: the profile, the locked tablet, other people, other tabs, and what was changed from
// outside; each looked at in both themes and at three widths.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import initSqlJs from 'sql.js';
import { staged } from './stage.js';
import { accountsIn, atHome, errorOf, fill, go, heard, logIn, logOut, look, PASSWORD, send, signUp } from './world.js';

const { state } = staged();

/** Unfolds a section of the profile. */
const unfold = (page, title) => page.locator('summary', { hasText: title }).click();

state('the profile: renamed, another address, another password, a name that is taken', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await logOut(page);
  await signUp(page, 'Edsger');
  await go(page, 'profile');
  const year = String(new Date().getFullYear());
  assert.match(await page.textContent('dl.facts'), new RegExp(`edsger@example.com.*Member since.*${year}`));
  await look(page, 'profile');
  await unfold(page, 'Change username');
  assert.equal(await page.inputValue('form[name="rename"] [name="username"]'), 'Edsger');
  await fill(page, 'rename', { username: 'GRACE' });
  await send(page, 'rename');
  assert.match(await errorOf(page, 'rename', 'username'), /already has this username/);
  await fill(page, 'rename', { username: 'Dijkstra' });
  await send(page, 'rename');
  await page.waitForSelector('text=You are Dijkstra from now on.');
  assert.equal(await page.textContent('.seat .name'), 'Dijkstra');
  await unfold(page, 'Change e-mail address');
  await fill(page, 'email', { email: 'dijkstra@example.com' });
  await send(page, 'email');
  await page.waitForSelector('text=Your e-mail address is changed.');
  await unfold(page, 'Change password');
  await fill(page, 'change-password', { current: 'wrong', next: 'short', repeat: 'short' });
  await send(page, 'change-password');
  assert.match(await errorOf(page, 'change-password', 'next'), /too short/);
  await fill(page, 'change-password', { next: 'shortest path first', repeat: 'shortest path first' });
  await send(page, 'change-password');
  assert.match(await errorOf(page, 'change-password', 'current'), /password is wrong/);
  await look(page, 'profile-errors');
  await fill(page, 'change-password', { current: PASSWORD });
  await send(page, 'change-password');
  await page.waitForSelector('text=Your password is changed.');
  await go(page, 'guests');
  await page.click('#nav-home');
  await logOut(page);
  await logIn(page, 'dijkstra@example.com', { password: 'shortest path first' });
  await atHome(page, 'Dijkstra');
});

state(
  'a recovery code is let go of only when its end was typed from the paper, and opens the account',
  async (visitor) => {
    const page = await visitor.open();
    await signUp(page, 'Grace');
    await page.click('text=Make a recovery code');
    await unfold(page, 'Recovery code');
    await send(page, 'recovery');
    const code = await page.textContent('output');
    assert.match(code, /^([0-9A-Z]{4}-){8}[0-9A-Z]{4}$/);
    await fill(page, 'written-down', { end: 'ABCD' });
    await send(page, 'written-down');
    assert.match(await errorOf(page, 'written-down', 'end'), /Look at your paper/);
    await look(page, 'recovery-code');
    await fill(page, 'written-down', { end: code.slice(-4).toLowerCase() });
    await send(page, 'written-down');
    await page.waitForSelector('text=The code will not be shown again');
    assert.equal(await page.locator('output').count(), 0);
    await page.click('#nav-home');
    await page.waitForSelector('.nudge', { state: 'hidden' });
    await logOut(page);
    await page.click('text=Forgotten it?');
    const chosen = { password: 'another few words', repeat: 'another few words' };
    await fill(page, 'recover', {
      username: 'Grace',
      code: code.replace(/^./, (first) => (first === '7' ? '8' : '7')),
      ...chosen,
    });
    await send(page, 'recover');
    assert.match(await errorOf(page, 'recover', 'code'), /not the recovery code/);
    await look(page, 'recover');
    await fill(page, 'recover', { code });
    await send(page, 'recover');
    await atHome(page, 'Grace');
  },
);

state(
  'a log-in that was not typed: the password is asked for before data leaves; then a file with all of it',
  async (visitor) => {
    const page = await visitor.open();
    await signUp(page, 'Grace', { remember: true });
    await page.check('[value="yes"]');
    await page.fill('[name="diet"]', 'No olives.');
    await send(page, 'answer');
    await heard(page, /Saved on this device/);
    // The last tab of the visit is gone; the next visit is a remembered one.
    await page.close();
    const later = await visitor.open();
    await atHome(later, 'Grace');
    await go(later, 'profile');
    await unfold(later, 'Export my data');
    await send(later, 'export');
    await later.waitForSelector('dialog[open]');
    await fill(later, 'confirm', { password: 'not this one' });
    await send(later, 'confirm');
    assert.match(await errorOf(later, 'confirm', 'password'), /password is wrong/);
    await look(later, 'confirm');
    await later.click('dialog >> text=Cancel');
    await later.waitForSelector('dialog', { state: 'detached' });
    await send(later, 'export');
    await fill(later, 'confirm', { password: PASSWORD });
    const [file] = await Promise.all([later.waitForEvent('download'), send(later, 'confirm')]);
    const mine = JSON.parse(await readFile(await file.path(), 'utf8'));
    assert.equal(mine.user.username, 'Grace');
    assert.equal(mine.data.answer.diet, 'No olives.');
  },
);

state('deleting the account takes the password and leaves nothing', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await go(page, 'profile');
  await unfold(page, 'Delete account');
  await fill(page, 'remove', { password: 'not this one' });
  await send(page, 'remove');
  assert.match(await errorOf(page, 'remove', 'password'), /password is wrong/);
  await look(page, 'delete');
  await fill(page, 'remove', { password: PASSWORD });
  await send(page, 'remove');
  await page.waitForSelector('form[name="sign-up"]');
  await heard(page, /Your account is deleted/);
  await go(page, 'guests');
  await page.waitForSelector('text=Nobody has an account');
});

state('a locked tablet asks who it knows for the password alone', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await page.click('.actions >> text=Lock');
  await page.waitForSelector('body[data-view="locked"]');
  assert.match(await page.textContent('#panel h2'), /Your password, Grace/);
  await fill(page, 'unlock', { password: 'not this one' });
  await send(page, 'unlock');
  assert.match(await errorOf(page, 'unlock', 'password'), /password is wrong/);
  await look(page, 'locked');
  await fill(page, 'unlock', { password: PASSWORD });
  await send(page, 'unlock');
  await atHome(page, 'Grace');
});

state('a tablet that goes round: a remembered card opens at once, another takes its password', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace', { remember: true });
  await page.click('text=Switch account');
  await page.click('text=Somebody new');
  await signUp(page, 'Edsger', { remember: true });
  await page.click('text=Switch account');
  await page.waitForSelector('.pick');
  await look(page, 'switch');
  await page.locator('.pick', { hasText: 'Grace' }).click();
  await atHome(page, 'Grace');
  await logOut(page);
  await page.locator('.pick', { hasText: 'Grace' }).click();
  await fill(page, 'log-in', { password: PASSWORD });
  await send(page, 'log-in');
  await atHome(page, 'Grace');
});

state('what one guest typed is not there for the next', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await page.check('[value="yes"]');
  await page.fill('[name="diet"]', 'a secret of mine');
  await logOut(page);
  await signUp(page, 'Edsger');
  await page.check('[value="yes"]');
  assert.equal(await page.inputValue('[name="diet"]'), '');
});

state('logged out in another tab: this one says so, and what was typed is there after the log-in', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await page.check('[value="yes"]');
  await page.fill('[name="diet"]', 'half a sentence');
  const other = await visitor.open();
  await atHome(other, 'Grace');
  await logOut(other);
  await page.waitForSelector('body[data-view="log-in"]');
  await heard(page, /logged out in another tab/);
  await look(page, 'logged-out-elsewhere');
  await logIn(page, 'Grace');
  await atHome(page, 'Grace');
  assert.equal(await page.inputValue('[name="diet"]'), 'half a sentence');
  await atHome(other, 'Grace');
  assert.equal(await page.locator('[data-notice^="ended"]').count(), 0);
});

state('an account that was changed from outside: the owner chooses what holds', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await logOut(page);
  for (const [choice, name] of [
    ['Put back what it was', 'Grace'],
    ['Keep what is there now', 'Mallory'],
  ]) {
    await rename(page, 'Mallory');
    await logIn(page, 'Mallory');
    await page.waitForSelector('.choice:not([hidden])');
    assert.match(await page.textContent('.choice'), /the username/);
    if (name === 'Grace') await look(page, 'tampered');
    await page.click(`text=${choice}`);
    await atHome(page, name);
    await logOut(page);
  }
});

/** As somebody with a database tool would. */
async function rename(page, name) {
  const accounts = await accountsIn(page);
  const stored = await page.evaluate(async (accounts) => Array.from(await accounts.exportDatabase()), accounts);
  const SQL = await initSqlJs();
  const database = new SQL.Database(Uint8Array.from(stored));
  database.run('UPDATE user SET username = ?', [name]);
  const changed = Array.from(database.export());
  database.close();
  await page.evaluate(
    async ([accounts, bytes]) => {
      await accounts.importDatabase(new Uint8Array(bytes));
      await accounts.close();
    },
    [accounts, changed],
  );
}
