// @ts-check
// The lesson's User on a page: the five columns and what Flask-Login's UserMixin answers.

/** @typedef {[id: number | string, username: string | null, email: string | null, passwordHash: string | null,
 *   joinedAt: string | null, active: boolean]} UserReply */

export class User {
  /** @param {UserReply} reply */
  constructor([id, username, email, passwordHash, joinedAt, active]) {
    /** @type {number | bigint} SQLite uses ids again after a delete: do not keep one longer than its user */
    this.id = typeof id === 'string' ? BigInt(id) : id;
    this.username = username;
    this.email = email;
    /** @type {string | null} what the database holds: a PHC string, or another scheme's text in an imported row */
    this.passwordHash = passwordHash;
    /** @type {string | null} when the user joined, as stored: UTC, to the microsecond */
    this.joinedAtText = joinedAt;
    this.isActive = active;
    Object.freeze(this);
  }

  /** When the user joined, to the millisecond; null when the stored text is no date. */
  get joinedAt() {
    const date = new Date(`${(this.joinedAtText ?? '').replace(' ', 'T').slice(0, 23)}Z`);
    return Number.isNaN(date.getTime()) ? null : date;
  }

  get isAuthenticated() {
    return this.isActive;
  }

  get isAnonymous() {
    return false;
  }

  getId() {
    return String(this.id);
  }

  /**
   * Two users are equal when their ids are, whatever else differs.
   * @param {unknown} other
   */
  equals(other) {
    return other instanceof User && other.id === this.id;
  }
}

/** Who is there when nobody is logged in. */
export class AnonymousUser {
  get isActive() {
    return false;
  }

  get isAuthenticated() {
    return false;
  }

  get isAnonymous() {
    return true;
  }

  getId() {
    return null;
  }
}
