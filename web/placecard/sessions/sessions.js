// @ts-check
// What a page calls about sessions: the part of Accounts that Flask-Login has.

import { accountError } from '../errors.js';
import { signUpForm, textsOf } from '../forms.js';
import { Users } from '../users.js';
import { safeNext, viewUrl } from './next.js';
import { isLogin, sessionRows } from './rows.js';

/** @typedef {import('./entrances.js').Wish} Wish */
/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('./events.js').AnyUser} AnyUser */
/** @typedef {{ user: import('../user.js').User, state: 'current' | 'open' | 'locked' | 'closed', isRemembered: boolean }} Listed */

export class Sessions {
  #service;
  #settings;
  #keeper;
  #events;

  /**
   * @param {import('../service.js').Service} service
   * @param {import('./settings.js').SessionSettings} settings
   * @param {import('./keeper.js').Keeper} keeper
   * @param {import('./events.js').Events} events
   */
  constructor(service, settings, keeper, events) {
    this.#service = service;
    this.#settings = settings;
    this.#keeper = keeper;
    this.#events = events;
  }

  /**
   * Makes an account and logs it in.
   * @param {import('../forms.js').SignUpForm & Wish} form
   * @returns {Promise<Session>}
   */
  async signUp(form) {
    const texts = signUpForm(form);
    return this.#keeper.entrances.enter((grant) => this.#service.signUp({ ...texts, grant }), form ?? {});
  }

  /**
   * Logs in with a username or an e-mail address. `tampered` says what to do when the password is right but the row is
   * not as this account left it: refuse with the fields that differ (the default), `restore` what it was, or `accept`
   * what it is. `force` lets the owner of a deactivated account in.
   * @param {{ login: string, password: string, tampered?: import('../core.js').TamperChoice, force?: boolean } & Wish} form
   * @returns {Promise<Session>}
   */
  async logIn(form) {
    const { login, password } = textsOf(form, ['login', 'password']);
    const { tampered = 'refuse', force = false, duration, fresh } = form;
    if (!['refuse', 'restore', 'accept'].includes(tampered)) {
      throw accountError('argument-invalid', "tampered is 'refuse', 'restore' or 'accept'.");
    }
    const { current } = this.#keeper.standing;
    const remember = form.remember ?? (current !== null && isLogin(current.user, login) && current.isRemembered);
    const wish = { remember, duration, fresh };
    return this.#keeper.entrances.enter(
      (grant) => this.#service.logIn({ login, password, tampered, force, grant }),
      wish,
    );
  }

  /**
   * Sets a new password with the recovery code, which is used up, and logs in.
   * @param {{ login: string, code: string, newPassword: string } & Wish} form
   * @returns {Promise<Session>}
   */
  async recover(form) {
    const { login, code, newPassword } = textsOf(form, ['login', 'code', 'newPassword']);
    return this.#keeper.entrances.enter((grant) => this.#service.recover({ login, code, newPassword, grant }), form);
  }

  /** Ends the session in every tab. It works offline, on a full disk, and when nobody is logged in. */
  async logOut() {
    await this.#keeper.exits.end('log-out');
  }

  /** Ends the session in every tab, and keeps in mind whose it was: `unlock` takes the password alone. */
  async lock() {
    if (this.#keeper.standing.current !== null) await this.#keeper.exits.end('lock');
  }

  /**
   * @param {string} password of `getSnapshot().lockedUser`
   * @returns {Promise<Session>}
   */
  async unlock(password) {
    const { locked } = this.#keeper.standing;
    if (locked === null) throw accountError('not-logged-in');
    const login = locked.user.username ?? locked.user.email ?? '';
    return this.logIn({ login, password, remember: locked.isRemembered });
  }

  /**
   * Makes the session fresh.
   * @param {string} password
   * @returns {Promise<Session>}
   */
  async confirmLogin(password) {
    textsOf({ password }, ['password']);
    return this.#keeper.entrances.confirm(password);
  }

  /** Who is logged in; an anonymous user when nobody is. */
  get currentUser() {
    return this.#keeper.standing.user;
  }

  /**
   * The session, with the account's private data.
   * @throws {AccountError} `not-logged-in`
   */
  get session() {
    return this.#keeper.standing.live.session;
  }

  /** Whether the password was given in this visit. */
  get isFresh() {
    return this.#keeper.standing.current?.isFresh ?? false;
  }

  get isRemembered() {
    return this.#keeper.standing.current?.isRemembered ?? false;
  }

  /**
   * Looks again who is logged in, as Flask-Login does once a request: limits, other tabs, the installation.
   * @returns {Promise<AnyUser>}
   */
  async loadUser() {
    return this.#keeper.access();
  }

  /**
   * @template {unknown[]} A
   * @template R
   * @param {(...args: A) => R} fn
   * @returns {(...args: A) => Promise<Awaited<R>>} calls `fn` when somebody is logged in; otherwise gives what
   *   `unauthorized` gives, or rejects with `not-logged-in`
   */
  loginRequired(fn) {
    return this.#guard(fn, false);
  }

  /**
   * @template {unknown[]} A
   * @template R
   * @param {(...args: A) => R} fn
   * @returns {(...args: A) => Promise<Awaited<R>>} calls `fn` when the session is fresh as well; otherwise gives what
   *   `needsRefresh` gives, or rejects with `fresh-login-required`
   */
  freshLoginRequired(fn) {
    return this.#guard(fn, true);
  }

  /**
   * @template {unknown[]} A
   * @template R
   * @param {(...args: A) => R} fn
   * @param {boolean} isFreshNeeded
   * @returns {(...args: A) => Promise<Awaited<R>>}
   */
  #guard(fn, isFreshNeeded) {
    const { unauthorized, needsRefresh } = this.#settings;
    return async (...args) => {
      const user = await this.loadUser();
      if (!user.isAuthenticated) return this.#turnAway('user-unauthorized', 'not-logged-in', unauthorized);
      if (!isFreshNeeded || this.isFresh) return await fn(...args);
      return this.#turnAway('user-needs-refresh', 'fresh-login-required', needsRefresh);
    };
  }

  /**
   * @param {import('./events.js').EventType} type
   * @param {import('../errors.js').ErrorCode} code
   * @param {((error: Error) => unknown) | undefined} handler
   * @returns {any} what the page's handler gives
   */
  #turnAway(type, code, handler) {
    this.#events.fire(type, this.currentUser);
    const error = accountError(code);
    if (handler === undefined) throw error;
    return handler(error);
  }

  /**
   * Everybody who has an account here, and what has become of their sessions.
   * @returns {Promise<Listed[]>} by username
   */
  async list() {
    const rows = await sessionRows(this.#service);
    const { current, locked } = this.#keeper.standing;
    const users = await new Users((query) => this.#service.query(query)).orderBy('username').all();
    return users.map((user) => {
      const row = rows.find((one) => one.user.equals(user));
      const isCurrent = user.equals(current?.user);
      const isLocked = row?.isLocked === true || user.equals(locked?.user);
      const isRemembered = isCurrent ? this.isRemembered : row?.isRemembered === true;
      return {
        user,
        state: isCurrent ? 'current' : isLocked ? 'locked' : isRemembered ? 'open' : 'closed',
        isRemembered,
      };
    });
  }

  /**
   * Passes the device on: to the remembered session of another account, which is not fresh then, or with a password.
   * @param {string} login
   * @param {{ password?: string, tampered?: import('../core.js').TamperChoice } & Wish} [how]
   * @returns {Promise<Session>}
   */
  async switchTo(login, how = {}) {
    textsOf({ login }, ['login']);
    const { password, ...wish } = how;
    if (password !== undefined) return this.logIn({ login, password, ...wish });
    const { current } = this.#keeper.standing;
    if (current !== null && isLogin(current.user, login)) return current.session;
    const row = (await sessionRows(this.#service)).find(({ user }) => isLogin(user, login));
    if (row === undefined) throw accountError('not-logged-in');
    return this.#keeper.entrances.switchTo(row);
  }

  /** Deactivates the account: it is logged out everywhere, and can be logged in by force only. Needs a fresh session. */
  async deactivate() {
    const current = this.fresh();
    await this.#service.setActive({ session: current.session.number, active: false });
    await this.#keeper.exits.lost(current, 'deactivated');
  }

  /** Makes an account active again that was logged in with `force`. Needs a fresh session. */
  async reactivate() {
    const current = this.fresh();
    await this.#service.setActive({ session: current.session.number, active: true });
    await this.loadUser();
  }

  /**
   * The account and its private data in the clear, to be taken along. Needs a fresh session.
   * @returns {Promise<{ user: import('../user.js').User, data: Record<string, import('../session.js').Json> }>}
   */
  async exportAccount() {
    const { user, session } = this.fresh();
    const entries = [];
    for (const key of await session.data.list()) entries.push([key, await session.data.get(key)]);
    return { user, data: Object.fromEntries(entries) };
  }

  /**
   * Address of the page where one logs in, or confirms, with the way back.
   * @param {string} [next] left out when it leads anywhere but to this origin
   * @param {{ refresh?: boolean }} [options]
   */
  loginUrl(next, { refresh = false } = {}) {
    const { loginView, refreshView } = this.#settings;
    const view = refresh ? refreshView : loginView;
    if (view === undefined) throw accountError('argument-invalid', 'Give open a loginView.');
    return viewUrl(view, next);
  }

  /**
   * Where to go after a log-in: a path of this origin, or null.
   * @param {unknown} url
   */
  safeNext(url) {
    return safeNext(url);
  }

  /**
   * @param {import('./events.js').EventType} type
   * @param {(event: import('./events.js').Event) => void} fn
   * @returns {() => void} takes it off again
   */
  on(type, fn) {
    return this.#events.on(type, fn);
  }

  /**
   * The session, for what needs a fresh one.
   * @protected
   */
  fresh() {
    const { live } = this.#keeper.standing;
    if (!live.isFresh) throw accountError('fresh-login-required');
    return live;
  }
}
