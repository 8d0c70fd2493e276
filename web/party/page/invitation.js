// @ts-check
// The invitation: who asks, when, where, what is served, and whether there is room.

import { el } from './dom.js';
import { dateOf } from './language.js';

/**
 * @param {HTMLElement} node
 * @param {import('./store.js').State} state
 * @param {import('./messages/en.js').Messages} messages
 */
export function showInvitation(node, { party, isPartyMissing, language }, messages) {
  const { invitation } = messages;
  if (party === null) {
    node.replaceChildren(
      ...(isPartyMissing ? [el('h1', {}, invitation.unknown), el('p', { class: 'hint' }, invitation.missing)] : []),
    );
    return;
  }
  const facts = [
    [invitation.when, ...when(party.date, language)],
    [invitation.where, party.venue],
    [invitation.dish, party.mainDish],
    [invitation.seats, party.seats > 0 ? invitation.seatsLeft(party.seatsLeft, party.seats) : ''],
  ].filter(([, text]) => text !== '');
  node.replaceChildren(
    el('h1', {}, el('span', { class: 'host' }, party.host), ' ', el('span', { class: 'invites' }, invitation.invites)),
    el('dl', {}, ...facts.map(([term, ...texts]) => el('div', {}, el('dt', {}, term), fact(texts)))),
  );
}

/** @param {string[]} lines */
function fact(lines) {
  return el('dd', {}, ...lines.map((line) => el('div', {}, line)));
}

/**
 * The day and the hour; the host's own words when they are no date.
 * @param {string} text
 * @param {import('./language.js').Language} language
 */
function when(text, language) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return [text];
  return [dateOf(date, language, { dateStyle: 'full' }), dateOf(date, language, { timeStyle: 'short' })];
}
