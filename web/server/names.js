// @ts-check
// Keys under which names are equal that nobody tells apart: what username_key and email_key of src/rules.h give.

import { foldCase } from '../placecard/unicode.js';

/** @param {string} username */
export function usernameKey(username) {
  return foldCase(username);
}

/** @param {string} email */
export function emailKey(email) {
  const at = email.lastIndexOf('@');
  if (at === -1) return email;
  return email.slice(0, at) + email.slice(at).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
