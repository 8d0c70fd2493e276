// Every state a guest may meet, each reached as a guest reaches it, looked at in both themes and at three widths.
import assert from 'node:assert/strict';
import { staged } from './stage.js';
import { accountsIn, errorOf, fill, go, heard, logIn, logOut, look, send, signUp } from './world.js';

const { state, world } = staged();

state('loading: the table is being laid', async (visitor) => {
  const { page, go } = await visitor.blank();
  let letGo;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  await page.route('**/placecard.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await go();
  await page.waitForSelector('p.loading[role="status"]');
  await look(page, 'loading');
  letGo();
  await page.waitForSelector('form[name="sign-up"]');
});

state(
  'without JavaScript the page says what it needs',
  async (visitor) => {
    const { page, go } = await visitor.blank();
    await go();
    await page.waitForSelector('noscript p:has-text("needs JavaScript")'); // seen, not only there
    assert.equal(await page.isVisible('.loading'), false); // nothing is coming
    await page.screenshot({ path: 'build/screenshots/javascript-off.png' });
  },
  { javaScriptEnabled: false },
);

state('what is seen without JavaScript is in order', async (visitor) => {
  const { page, go } = await visitor.blank();
  // axe is a script: so the page's own are kept from it, and the sentence for browsers without any is unwrapped.
  await page.route(/\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.route(world.url, async (route) => {
    const html = await (await route.fetch()).text();
    await route.fulfill({ contentType: 'text/html', body: html.replaceAll(/<\/?noscript>/g, '') });
  });
  await go();
  await page.waitForSelector('#panel >> text=needs JavaScript');
  await look(page, 'without-javascript');
});

state('first visit: the invitation and a form, without reading anything', async (visitor) => {
  const page = await visitor.open();
  assert.match(await page.textContent('h1'), /Ada Lovelace.*invites you/);
  const inputs = await page.$$eval('form[name="sign-up"] input', (inputs) =>
    inputs.map(({ name, type, autocomplete, maxLength }) => [name, type, autocomplete, maxLength]),
  );
  assert.deepEqual(inputs, [
    ['username', 'text', 'username', -1],
    ['email', 'email', 'email', -1],
    ['password', 'password', 'new-password', -1],
    ['repeat', 'password', 'new-password', -1],
    ['remember', 'checkbox', '', -1],
  ]);
  await look(page, 'first-visit');
});

state('sign-up with everything wrong: a sentence beside each field, and nothing typed is lost', async (visitor) => {
  const page = await visitor.open();
  const typed = { username: ' blank', email: 'nowhere', password: 'short', repeat: 'other' };
  await fill(page, 'sign-up', typed);
  await send(page, 'sign-up');
  assert.match(await errorOf(page, 'sign-up', 'username'), /cannot begin or end with a blank/);
  assert.match(await errorOf(page, 'sign-up', 'email'), /looks like name@example.com/);
  assert.match(await errorOf(page, 'sign-up', 'password'), /too short/);
  assert.match(await errorOf(page, 'sign-up', 'repeat'), /not the same/);
  await heard(page, /cannot begin.*looks like.*too short.*not the same/);
  assert.equal(await page.evaluate(() => document.activeElement.name), 'username');
  for (const [name, value] of Object.entries(typed)) assert.equal(await page.inputValue(`[name="${name}"]`), value);
  await look(page, 'sign-up-errors');
});

state('a password is judged while it is typed, with the reason, and can be shown and pasted', async (visitor) => {
  const page = await visitor.open();
  await fill(page, 'sign-up', { username: 'Josephine', email: 'josephine@example.com' });
  const password = page.locator('form[name="sign-up"] [name="password"]');
  const hint = page.locator('.field:has([name="password"]) .hint');
  for (const [text, reason] of [
    ['abc', /5 more characters/],
    ['josephine', /your own name/],
    ['12345678910', /repeats or counts/],
    ['paper tig', /Longer is stronger/],
    ['paper tigers eat lace', /Strong/],
  ]) {
    await password.fill(text);
    assert.match(await hint.textContent(), reason, text);
  }
  await page.click('.field:has([name="password"]) .reveal');
  assert.equal(await password.getAttribute('type'), 'text');
  await look(page, 'password-shown');
  const long = 'ä'.repeat(400);
  await password.evaluate((input, text) => {
    input.select();
    const data = new DataTransfer();
    data.setData('text/plain', text);
    const isAllowed = input.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
    if (isAllowed) document.execCommand('insertText', false, text);
  }, long);
  assert.equal(await password.inputValue(), long);
});

state(
  'a taken name: told while typing, with names that are free; a taken address leads to the log-in',
  async (visitor) => {
    const page = await visitor.open();
    await signUp(page, 'Grace');
    await logOut(page);
    await go(page, 'sign-up');
    await page.fill('form[name="sign-up"] [name="username"]', 'grace');
    assert.match(await errorOf(page, 'sign-up', 'username'), /already has this username/);
    await page.waitForSelector('.suggestions');
    await page.fill('form[name="sign-up"] [name="email"]', 'grace@example.com');
    assert.match(await errorOf(page, 'sign-up', 'email'), /Log in instead/);
    await look(page, 'name-taken');
    const free = page.locator('.field:has([name="username"]) .suggestions button').first();
    const name = await free.textContent();
    await free.click();
    assert.equal(await page.inputValue('form[name="sign-up"] [name="username"]'), name);
    await page.click('text=Log in with it');
    await page.waitForSelector('form[name="log-in"]');
    assert.equal(await page.inputValue('form[name="log-in"] [name="username"]'), 'grace@example.com');
    // What was typed into the other form is still there.
    await go(page, 'sign-up');
    assert.equal(await page.inputValue('form[name="sign-up"] [name="email"]'), 'grace@example.com');
  },
);

state('a log-in with an empty field: what is missing is said beside it', async (visitor) => {
  const page = await visitor.open();
  await go(page, 'log-in');
  await send(page, 'log-in');
  assert.equal(await errorOf(page, 'log-in', 'username'), 'Type your username or your e-mail address.');
  assert.match(await errorOf(page, 'log-in', 'password'), /Type a password/);
  await fill(page, 'log-in', { username: 'Grace' });
  await send(page, 'log-in');
  assert.match(await errorOf(page, 'log-in', 'password'), /Type a password/);
  assert.equal(await page.inputValue('form[name="log-in"] [name="username"]'), 'Grace');
});

state('a wrong password, and the delay that grows', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await logOut(page);
  await page.click('.pick');
  assert.equal(await page.inputValue('form[name="log-in"] [name="username"]'), 'Grace');
  await look(page, 'log-in');
  await fill(page, 'log-in', { password: 'not this one' });
  await send(page, 'log-in');
  assert.match(await errorOf(page, 'log-in', 'password'), /name or the password is wrong/);
  assert.equal(await page.inputValue('form[name="log-in"] [name="password"]'), 'not this one');
  await look(page, 'wrong-password');
  const waiting = page.locator('.error p', { hasText: 'Too many attempts' });
  while ((await waiting.count()) === 0) {
    await send(page, 'log-in');
    await page.waitForSelector('form:not([data-busy]) .error p');
  }
  await heard(page, /Try again in \d+ s/);
  await heard(page, /You can try again now/);
  assert.equal(await waiting.count(), 0);
  await logIn(page, 'Grace');
  await page.waitForSelector('body[data-view="home"]');
});

state('the answer: yes with too many guests, saved, changed to no', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  await look(page, 'home');
  await send(page, 'answer');
  assert.match(await errorOf(page, 'answer', 'coming'), /yes or no/);
  await page.check('[value="yes"]');
  await page.fill('[name="guests"]', '0');
  await send(page, 'answer');
  assert.match(await errorOf(page, 'answer', 'guests'), /from 1 to 20/);
  await look(page, 'answer-errors');
  await page.fill('[name="guests"]', '7');
  assert.match(await page.textContent('.field:has([name="guests"]) .hint'), /more than the 5 seats/);
  await page.fill('[name="diet"]', 'No olives, please.');
  await send(page, 'answer');
  await heard(page, /Saved on this device/);
  await look(page, 'answered');
  await page.check('[value="no"]');
  await send(page, 'answer');
  await page.reload();
  await page.waitForSelector('form[name="answer"]');
  await page.waitForSelector('[value="no"]:checked');
  assert.equal(await page.inputValue('[name="diet"]'), 'No olives, please.');
  assert.equal(await page.isVisible('[name="diet"]'), false);
});

state('the guest list, on one page and on many', async (visitor) => {
  const page = await visitor.open('#/guests');
  await page.waitForSelector('#panel .lead >> text=Nobody has an account');
  await look(page, 'guests-none');
  await signUp(page, 'Grace');
  const accounts = await accountsIn(page);
  await page.evaluate(async (accounts) => {
    const name = (index) => `guest ${String(index).padStart(3, '0')}`;
    await accounts.importUsers(Array.from({ length: 99 }, (_, index) => ({ username: name(index) })));
    await accounts.close();
  }, accounts);
  await go(page, 'guests');
  await page.waitForSelector('text=100 guests have an account');
  assert.equal(await page.locator('.cards li').count(), 24);
  assert.equal(await page.locator('.cards li', { hasText: 'you' }).count(), 1);
  await page.click('.pager button[aria-label="Page 5"]');
  await page.waitForSelector('.pager [aria-current][aria-label="Page 5"]');
  assert.equal(await page.locator('.cards li').count(), 4);
  await look(page, 'guests');
});
