// What the page cannot choose: no network, no room, a browser that keeps nothing, a part that is missing, paper, and
// another language.
import assert from 'node:assert/strict';
import { setQuota } from '../browser/site.js';
import { staged } from './stage.js';
import { accountsIn, errorOf, fill, guest, heard, logOut, look, passesAxe, send, signUp, stored } from './world.js';

const { state, world } = staged();

state('offline, because the browser says so: everything works, and the page says that', async (visitor) => {
  const page = await visitor.open();
  await stored(page);
  await visitor.context.setOffline(true);
  await page.waitForSelector('[data-notice="offline"]');
  assert.equal(await page.textContent('[data-notice="offline"]'), 'You are offline. Everything here works.');
  await signUp(page, 'Grace');
  await look(page, 'offline');
  await visitor.context.setOffline(false);
  await page.waitForSelector('[data-notice="offline"]', { state: 'detached' });
});

state(
  'a browser that does not promise to keep things: said once, after there is something to keep',
  async (visitor) => {
    await visitor.context.addInitScript(() => {
      navigator.storage.persist = async () => false;
    });
    const page = await visitor.open();
    assert.equal(await page.locator('[data-notice]').count(), 0);
    await signUp(page, 'Grace');
    await page.waitForSelector('[data-notice="best-effort"]');
    await look(page, 'not-durable');
    await page.click('text=Understood');
    await page.reload();
    await page.waitForSelector('body[data-view="home"]');
    assert.equal(await page.locator('[data-notice]').count(), 0);
  },
);

state('a browser that stores nothing: said at once, and the page works as long as it is open', async (visitor) => {
  await visitor.context.addInitScript(() => {
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
    globalThis.Worker = undefined; // it would have an indexedDB of its own
  });
  const page = await visitor.open();
  await page.waitForSelector('[data-notice="memory"]');
  await signUp(page, 'Grace');
  await look(page, 'memory-only');
});

state('no room left: nothing is changed or lost, and it goes on once there is room', async (visitor) => {
  const session = await visitor.context.newCDPSession(await visitor.context.newPage());
  // From the start, because the browser asks only now and then while there is plenty.
  await setQuota(session, world.url, 1_500_000);
  const page = await visitor.open();
  await stored(page);
  await fillDisk(page);
  await fill(page, 'sign-up', guest('Grace'));
  await send(page, 'sign-up');
  await heard(page, /no room left/);
  assert.match(await page.textContent('form[name="sign-up"] .form-error'), /no room left.*free some space/);
  assert.equal(await page.inputValue('form[name="sign-up"] [name="email"]'), 'grace@example.com');
  await look(page, 'storage-full');
  await setQuota(session, world.url, null);
  await send(page, 'sign-up');
  await page.waitForSelector('body[data-view="home"]');
});

state('a part of the page that is missing: what happened, and what to do', async (visitor) => {
  const { page, go } = await visitor.blank();
  await page.route('**/placecard.wasm', (route) => route.fulfill({ status: 404 }));
  await go();
  await page.waitForSelector('body[data-view="failed"]');
  await heard(page, /could not be loaded/);
  await look(page, 'failed');
  await page.unroute('**/placecard.wasm');
  await page.click('text=Reload the page');
  await page.waitForSelector('form[name="sign-up"]');
  visitor.troubles.splice(0, 1); // the browser notes the 404
});

for (const [name, answer] of [
  ['missing', { status: 404 }],
  ['broken', { status: 200, contentType: 'application/json', body: '{"host": "Ada' }],
  ['empty', { status: 200, contentType: 'application/json', body: 'null' }],
]) {
  state(`an invitation that is ${name}: said, and everything else works`, async (visitor) => {
    const { page, go } = await visitor.blank();
    await visitor.context.route('**/party.json', (route) => route.fulfill(answer));
    await go();
    await page.waitForSelector('form[name="sign-up"]');
    await page.waitForSelector('#invitation >> text=could not be loaded');
    assert.equal(await page.title(), 'placecard');
    await look(page, `invitation-${name}`);
    await signUp(page, 'Grace');
    assert.equal(await page.locator('[data-notice="offline"]').count(), 0);
    if (name === 'missing') visitor.troubles.length = 0; // the browser notes each 404
  });
}

state('on paper there is only the place card, on one sheet, however long the name', async (visitor) => {
  const page = await visitor.open();
  for (const name of ['Grace', 'M'.repeat(64)]) {
    await signUp(page, name);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.isVisible('main'), false);
    assert.equal((await page.innerText('body')).trim().replace(/\s+/g, ' '), `${name} Dinner at Ada Lovelace’s`);
    const overlap = await page.evaluate(() => {
      const card = document.querySelector('#print .place-card').getBoundingClientRect();
      const text = document.querySelector('#print .name').getBoundingClientRect();
      return { above: card.top + card.height / 2 - text.top, beside: text.width - card.width };
    });
    assert.ok(overlap.above < 0 && overlap.beside < 0, `${name} stands below the fold and inside the card`);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    assert.equal(pdf.match(/\/Type \/Page\b/g).length, 1);
    await passesAxe(page, 'the printed card', '#print');
    await page.screenshot({ path: `build/screenshots/printed-${name.length}.png` });
    await page.emulateMedia({ media: null });
    await logOut(page);
  }
});

state(
  'in German for a German browser; another language keeps what was typed and is remembered',
  async (visitor) => {
    const page = await visitor.open();
    assert.equal(await page.getAttribute('html', 'lang'), 'de');
    await page.fill('[name="email"]', 'nirgends');
    await page.fill('[name="password"]', 'kurz');
    await send(page, 'sign-up');
    assert.match(await errorOf(page, 'sign-up', 'email'), /keine E-Mail-Adresse/);
    await look(page, 'german');
    await page.selectOption('footer select', 'en');
    await page.waitForSelector('html[lang="en"]');
    assert.equal(await page.inputValue('[name="email"]'), 'nirgends');
    assert.equal(await page.inputValue('[name="password"]'), 'kurz');
    await page.reload();
    await page.waitForSelector('text=Take a seat');
    await page.goto(`${world.url}?lang=de`);
    await page.waitForSelector('text=Nimm Platz');
    await signUp(page, 'Grace');
    await page.waitForSelector('text=Kommst du, Grace?');
    await look(page, 'german-home');
  },
  { locale: 'de-AT' },
);

state('the colours follow the device until others are chosen', async (visitor) => {
  const page = await visitor.open();
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await paper();
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await paper();
  assert.notEqual(light, dark);
  await page.selectOption('footer .choose:nth-child(2) select', 'dark');
  assert.equal(await paper(), dark);
  await page.reload();
  assert.equal(await paper(), dark);
});

state('markup in a name, a password and an answer stays what it is', async (visitor) => {
  const page = await visitor.open();
  const markup = '<img src=x onerror="document.title=1">';
  await fill(page, 'sign-up', { username: markup, email: 'm@example.com', password: markup, repeat: markup });
  await send(page, 'sign-up');
  // It equals the username, which the rules refuse.
  assert.match(await errorOf(page, 'sign-up', 'password'), /must not be your username/);
  const password = `${markup}<script>document.title=2</script>`;
  await fill(page, 'sign-up', { password, repeat: password });
  await send(page, 'sign-up');
  await page.waitForSelector('body[data-view="home"]');
  await page.check('[value="yes"]');
  await page.fill('[name="diet"]', markup);
  await send(page, 'answer');
  await heard(page, /Saved/);
  for (const route of ['guests', 'profile', 'switch']) {
    await page.evaluate((route) => {
      location.hash = `#/${route}`;
    }, route);
    await page.waitForFunction(
      ([route, markup]) =>
        document.body.dataset.view === route && document.querySelector('#panel .name')?.textContent === markup,
      [route, markup],
    );
  }
  await look(page, 'markup');
  await page.click('#nav-home');
  await logOut(page);
  await page.click('.pick');
  await page.fill('form[name="log-in"] [name="password"]', password);
  await send(page, 'log-in');
  await page.waitForSelector('body[data-view="home"]');
  assert.equal(await page.locator('img, #panel script').count(), 0);
  assert.match(await page.title(), /^Dinner at/);
});

/** Guests until not one more finds room. */
async function fillDisk(page) {
  const accounts = await accountsIn(page);
  const codes = await page.evaluate(async (accounts) => {
    let count = 0;
    const crowd = (size) =>
      Array.from({ length: size }, () => {
        count += 1;
        return { username: `guest ${count}`, passwordHash: '-'.repeat(128) };
      });
    const codes = [];
    for (let size = 1024; size >= 1; size /= 4) {
      let code;
      while (code === undefined)
        code = await accounts.importUsers(crowd(size)).then(
          () => undefined,
          (error) => error.code,
        );
      codes.push(code);
    }
    await accounts.close();
    return codes;
  }, accounts);
  assert.deepEqual([...new Set(codes)], ['storage-full']);
}
