// @ts-check
// Shows the state: the invitation, the notices, and one view. A view that was left is kept with what was typed in it,
// until the guest it belongs to is gone.

import { announce } from './announce.js';
import { showFooter } from './footer.js';
import { showInvitation } from './invitation.js';
import { Notices } from './notices.js';
import { placeCard } from './place-card.js';
import { viewOf } from './router.js';
import { hasServer } from './server.js';
import { SyncLine } from './sync-line.js';
import { keepTyped } from './typed.js';
import { views } from './views/views.js';

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Screen {
  #page;
  #syncLine;
  #notices = new Notices(byId('notices'));
  /** @type {Map<string, { view: import('./views/view.js').View, name: string, language: string }>} */
  #kept = new Map();
  #shown = '';

  /** @param {import('./page.js').Page} page */
  constructor(page) {
    this.#page = page;
    this.#syncLine = new SyncLine(page);
  }

  /**
   * @param {import('./store.js').State} state
   * @param {import('./store.js').State} [former]
   */
  show(state, former) {
    const { messages } = this.#page;
    const isOtherLanguage = state.language !== former?.language;
    if (isOtherLanguage) this.#speak(state);
    if (isOtherLanguage || state.party !== former?.party || state.isPartyMissing !== former.isPartyMissing) {
      showInvitation(byId('invitation'), state, messages);
      document.title = state.party?.host ? messages.title(state.party.host) : 'placecard';
    }
    const isOtherFooter = state.isStored !== former?.isStored || hasServer(state) !== hasServer(former);
    if (isOtherLanguage || isOtherFooter) showFooter(byId('footer'), this.#page, this.#syncLine.node);
    this.#syncLine.show(state);
    this.#notices.show(state, this.#page);
    this.#showCard(state);
    this.#showView(state);
  }

  /** @param {import('./store.js').State} state */
  #speak({ language }) {
    const { nav, skip } = this.#page.messages;
    document.documentElement.lang = language;
    byId('skip').textContent = skip;
    byId('nav').setAttribute('aria-label', nav.label);
    for (const name of /** @type {const} */ (['home', 'guests', 'profile']))
      byId(`nav-${name}`).textContent = nav[name];
  }

  /** The card that is printed. @param {import('./store.js').State} state */
  #showCard({ user, party }) {
    byId('print').replaceChildren(
      user === null ? '' : placeCard(user.username ?? '', party?.host && this.#page.messages.title(party.host)),
    );
  }

  /** @param {import('./store.js').State} state */
  #showView(state) {
    const name = viewOf(state);
    const person = personOf(state);
    const key = `${name} ${person}`;
    this.#forget(person);
    const { view, isNew } = this.#view(key, name, state);
    if (this.#shown === `${key} ${state.language}`) {
      view.update?.(state);
      return;
    }
    const isFirst = this.#shown === '' || this.#shown.startsWith('loading');
    const isOnlyLanguage = !isFirst && this.#shown.startsWith(`${key} `);
    this.#shown = `${key} ${state.language}`;
    byId('panel').replaceChildren(view.node);
    document.body.dataset.view = name;
    markCurrent(name);
    // On arrival and in another language the focus stays where it is.
    if (!isFirst && !isOnlyLanguage) {
      view.node.querySelector('h2')?.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
    view.update?.(state);
    view.shown?.();
    if (isNew && name === 'failed') announce(view.node.textContent ?? '', 'alert');
  }

  /**
   * @param {string} key
   * @param {import('./router.js').ViewName} name
   * @param {import('./store.js').State} state
   */
  #view(key, name, { language }) {
    const kept = this.#kept.get(key);
    if (kept?.language === language) return { view: kept.view, isNew: false };
    const view = views[name](this.#page);
    if (kept !== undefined) keepTyped(kept.view.node, view.node);
    this.#kept.set(key, { view, name, language });
    return { view, isNew: true };
  }

  /**
   * Views of another guest, and those there is no way back to.
   * @param {string} person
   */
  #forget(person) {
    for (const [key, { name }] of this.#kept) {
      const owner = key.slice(name.length + 1);
      if (owner !== '' && person !== '' && owner !== person) this.#kept.delete(key);
    }
  }
}

/**
 * Whose view it is; nobody's when it belongs to the page.
 * @param {import('./store.js').State} state
 */
function personOf(state) {
  const name = viewOf(state);
  const user = name === 'locked' ? state.lockedUser : ['home', 'profile', 'settle'].includes(name) ? state.user : null;
  return user === null ? '' : `${user.getId()}/${user.joinedAtText}`;
}

/** @param {string} view */
function markCurrent(view) {
  for (const name of ['home', 'guests', 'profile']) {
    const isCurrent = name === view || (name === 'home' && ['sign-up', 'log-in', 'locked', 'settle'].includes(view));
    if (isCurrent) byId(`nav-${name}`).setAttribute('aria-current', 'page');
    else byId(`nav-${name}`).removeAttribute('aria-current');
  }
}
