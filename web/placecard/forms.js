// @ts-check
// What people fill in, checked before it goes any further.

import { accountError, checkObject } from './errors.js';

/** @typedef {{ username: string, email: string, password: string }} SignUpForm */

/**
 * @param {Partial<SignUpForm>} form
 * @returns {SignUpForm}
 */
export function signUpForm(form) {
  const {
    username = '',
    email = '',
    password = '',
  } = textsOf({ username: '', email: '', password: '', ...form }, ['username', 'email', 'password']);
  return { username, email, password };
}

/**
 * The named texts of a form.
 * @param {Record<string, unknown>} form
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
export function textsOf(form, names) {
  checkObject(form, 'The form');
  for (const name of names) {
    if (typeof form?.[name] !== 'string') throw accountError('argument-invalid', `${name} must be a string.`);
  }
  return /** @type {Record<string, string>} */ (form ?? {});
}

/** @param {{ onProgress?: import('./service.js').OnProgress }} options */
export function progressOf(options) {
  checkObject(options, 'The last argument');
  const { onProgress } = options;
  if (onProgress === undefined || typeof onProgress === 'function') return onProgress;
  throw accountError('argument-invalid', 'onProgress is a function.');
}
