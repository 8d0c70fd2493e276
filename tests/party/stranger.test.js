// What somebody does who does not know how the page is meant.
import assert from 'node:assert/strict';
import { staged } from './stage.js';
import { atHome, errorOf, fill, go, guest, heard, logIn, logOut, look, send, signUp } from './world.js';

const { state, world } = staged();

state('names of 64 characters, of emoji, and from right to left', async (visitor) => {
  const page = await visitor.open();
  const names = ['W'.repeat(64), '👩‍👩‍👧‍👦🦆🍽️', 'مريم الإسطرلابية'];
  for (const [index, name] of names.entries()) {
    await go(page, 'sign-up');
    await fill(page, 'sign-up', { ...guest('x'), username: name, email: `guest${index}@example.com` });
    await send(page, 'sign-up');
    await atHome(page, name);
    await look(page, `name-${index}`);
    await logOut(page);
  }
  await go(page, 'guests');
  await page.waitForFunction(() => document.querySelectorAll('#panel .name').length === 3);
  await look(page, 'names');
  await go(page, 'sign-up');
  await fill(page, 'sign-up', { ...guest('x'), username: 'W'.repeat(65) });
  await send(page, 'sign-up');
  assert.match(await errorOf(page, 'sign-up', 'username'), /64/);
});

state('a password of 5,000 characters is told to be too long, not cut', async (visitor) => {
  const page = await visitor.open();
  const password = 'lace '.repeat(1000);
  await fill(page, 'sign-up', { ...guest('Grace'), password, repeat: password });
  await send(page, 'sign-up');
  assert.match(await errorOf(page, 'sign-up', 'password'), /longer than.*Shorten it/);
  assert.equal(await page.inputValue('[name="password"]'), password);
  await look(page, 'password-too-long');
});

state('a double click signs up once; the way back after it does not lead to a dead end', async (visitor) => {
  const page = await visitor.open('#/sign-up');
  await fill(page, 'sign-up', guest('Grace'));
  await page.dblclick('form[name="sign-up"] [type="submit"]');
  await atHome(page, 'Grace');
  await page.goBack();
  await page.waitForSelector('form[name="sign-up"]');
  assert.equal(await page.inputValue('form[name="sign-up"] [name="password"]'), '');
  await page.click('#nav-home');
  await atHome(page, 'Grace');
  await go(page, 'guests');
  await page.waitForSelector('text=1 guest has an account');
});

state('two tabs sign up the same name: one gets it, the other is told and loses nothing', async (visitor) => {
  const [one, other] = [await visitor.open('#/sign-up'), await visitor.open('#/sign-up')];
  await fill(one, 'sign-up', guest('Grace'));
  await fill(other, 'sign-up', { ...guest('Grace'), email: 'other@example.com' });
  await Promise.all([one, other].map((page) => page.evaluate(() => document.forms['sign-up'].requestSubmit())));
  const loser = await Promise.any(
    [one, other].map(async (page) => {
      await page.waitForSelector('form[name="sign-up"] .error p');
      return page;
    }),
  );
  assert.match(await errorOf(loser, 'sign-up', 'username'), /already has this username/);
  assert.equal(await loser.inputValue('form[name="sign-up"] [name="username"]'), 'Grace');
  const winner = loser === one ? other : one;
  await atHome(winner, 'Grace');
});

state('an answer of 100,000 characters is kept whole', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  const text = '🫒 no olives '.repeat(8000);
  await page.check('[value="yes"]');
  await page.fill('[name="diet"]', text);
  await send(page, 'answer');
  await heard(page, /Saved on this device/);
  await page.reload();
  await page.waitForSelector('[value="yes"]:checked');
  assert.equal(await page.inputValue('[name="diet"]'), text);
});

state('storage that is cleared under the page: said in words, and a new account can be made', async (visitor) => {
  const page = await visitor.open();
  await signUp(page, 'Grace');
  const session = await visitor.context.newCDPSession(page);
  const { origin } = new URL(world.url);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await page.check('[value="no"]');
  await send(page, 'answer');
  await page.waitForSelector('body[data-view="sign-up"]');
  await page.waitForSelector('[data-notice="ended-cleared"]');
  await heard(page, /browser has deleted everything.*Sign up again/);
  assert.equal(await page.locator('[data-notice="update"]').count(), 0, 'nothing was updated');
  await look(page, 'storage-cleared');
  await page.reload();
  await page.waitForSelector('form[name="sign-up"]');
  await signUp(page, 'Grace');
});

state('a script that does not come: the page does not pretend to be loading for ever', async (visitor) => {
  const { page, go } = await visitor.blank();
  await page.route(/app\.js$/, (route) => route.fulfill({ status: 404 }));
  await go();
  await page.waitForSelector('.late', { state: 'visible' });
  assert.match(await page.textContent('.late'), /Reload the page/);
  visitor.troubles.length = 0; // the browser notes the 404
});

state(
  'at twice the size everything is there and nothing scrolls sideways',
  async (visitor) => {
    const page = await visitor.open();
    await signUp(page, 'Grace');
    for (const route of ['', 'guests', 'profile', 'switch', 'sign-up', 'log-in', 'recover']) {
      await page.evaluate((route) => {
        location.hash = `#/${route}`;
      }, route);
      await page.waitForSelector(`body[data-view="${route || 'home'}"]`);
      // 200 % of text alone, which is more than a zoomed window asks for.
      const width = await page.evaluate(() => {
        document.documentElement.style.fontSize = '212.5%';
        return document.documentElement.scrollWidth;
      });
      assert.ok(width <= 640, `${route}: ${width}`);
    }
    await page.screenshot({ path: 'build/screenshots/twice.png', fullPage: true });
    await go(page, 'log-in');
    await logIn(page, 'Grace');
    await atHome(page, 'Grace');
  },
  { viewport: { width: 640, height: 800 } },
);
