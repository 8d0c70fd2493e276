// Where a page may go after a log-in: what an address from outside must not do.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { opened, refused, safeNext } from '../support/placecard.js';

const base = 'https://party.example/guests/list?page=2';

const safe = [
  ['/', '/'],
  ['/protected', '/protected'],
  ['/a/b?c=d&e=%2F%2Fevil.example#f', '/a/b?c=d&e=%2F%2Fevil.example#f'],
  ['/a//b', '/a//b'],
  ['/my%20table', '/my%20table'],
  ['/gäste', '/g%C3%A4ste'],
  ['/a/../b', '/b'],
  ['/?next=https://evil.example', '/?next=https://evil.example'],
  ['/#//evil.example', '/#//evil.example'],
  ['dinner', '/guests/dinner'],
  ['../dinner', '/dinner'],
  ['?page=3', '/guests/list?page=3'],
  ['#menu', '/guests/list?page=2#menu'],
  ['https://party.example/menu', '/menu'],
  ['https:evil.example', '/guests/evil.example'], // with the scheme of the base it is a relative path
  ['HTTPS://PARTY.EXAMPLE:443/menu', '/menu'],
];

for (const [url, path] of safe) {
  test(`${url} leads to ${path}`, () => assert.equal(safeNext(url, base), path));
}

const unsafe = [
  '',
  ' ',
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '//evil.example/%2e%2e',
  '\\\\evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\\/evil.example',
  '/menu\\..\\..\\evil',
  '/\t/evil.example',
  '\t//evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '\u0000//evil.example',
  ' //evil.example',
  ' /protected',
  '/protected\u007f',
  '/./%2fevil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  '/%2e//evil.example',
  '/%2f%2fevil.example',
  '/%2Fevil.example',
  '/%5cevil.example',
  '/%5C%5Cevil.example',
  '/%252fevil.example',
  '/%25252f%25252fevil.example',
  '%2f%2fevil.example',
  '%2f%5cevil.example',
  '%5c%5cevil.example',
  '%09//evil.example',
  '/%0a/evil.example',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'javascript%3aalert(1)',
  'javascript&colon;alert(1)//\\',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://party.example/1f2e',
  'blob%3ahttps://party.example/1f2e',
  'filesystem:https://party.example/temporary/x',
  'https://evil.example',
  'https%3a%2f%2fevil.example',
  'http://party.example/menu',
  'https://party.example:444/menu',
  'https://party.example.evil.example/',
  'https://party.example@evil.example/',
  'https:///evil.example',
  'https:\\\\evil.example',
  'ftp://party.example/',
  '//party.example:444/',
  '/%',
  '/%zz',
  '/%ff%fe',
  'http://[::1',
  undefined,
  null,
  7,
  {},
  ['/protected'],
];

for (const url of unsafe) {
  test(`${JSON.stringify(url)} leads nowhere`, () => assert.equal(safeNext(url, base), null));
}

test('what is safe stays safe when it is looked at again, and leads to the same origin', () => {
  for (const [, path] of safe) {
    assert.equal(safeNext(path, base), path);
    assert.equal(new URL(path, base).origin, new URL(base).origin);
  }
});

test('where no page is, paths are paths', () => {
  assert.equal(safeNext('/protected'), '/protected');
  assert.equal(safeNext('//evil.example'), null);
  assert.equal(safeNext('/protected', 'file:///home/ada/index.html'), null, 'a file has no origin');
});

test('loginUrl carries a safe way back, and no other', async (t) => {
  const accounts = await opened(t, { loginView: '/log-in?lang=de#form', refreshView: '/confirm' });
  assert.equal(accounts.safeNext('/a?b'), '/a?b');
  assert.equal(accounts.safeNext('//evil.example'), null);
  assert.equal(accounts.loginUrl(), '/log-in?lang=de#form');
  assert.equal(accounts.loginUrl('/a?b=c&d'), '/log-in?lang=de&next=%2Fa%3Fb%3Dc%26d#form');
  assert.equal(accounts.loginUrl('//evil.example'), '/log-in?lang=de#form');
  assert.equal(accounts.loginUrl('/a', { refresh: true }), '/confirm?next=%2Fa');
  const plain = await opened(t);
  await refused('argument-invalid', () => plain.loginUrl('/a'));
});
