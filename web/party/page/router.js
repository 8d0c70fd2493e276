// @ts-check
// The view is the part of the address after #/, so that the back button works and any static host will do.

import { conflictOf } from './conflict.js';

/** @typedef {'' | 'sign-up' | 'log-in' | 'recover' | 'switch' | 'guests' | 'profile' | 'settle'} Route */

/** @type {readonly Route[]} */
const routes = ['', 'sign-up', 'log-in', 'recover', 'switch', 'guests', 'profile', 'settle'];

/** @returns {Route} */
export function currentRoute() {
  const text = location.hash.replace(/^#\/?/, '');
  return routes.find((route) => route === text) ?? '';
}

/** @param {Route} route */
export function go(route) {
  if (currentRoute() !== route) location.hash = `#/${route}`;
}

/** @param {import('./store.js').Store} store */
export function watchRoute(store) {
  store.set({ route: currentRoute() });
  addEventListener('hashchange', () => store.set({ route: currentRoute() }));
}

/** @typedef {Exclude<Route, ''> | 'home' | 'locked' | 'loading' | 'failed'} ViewName */

/**
 * The view a state asks for.
 * @param {import('./store.js').State} state
 * @returns {ViewName}
 */
export function viewOf(state) {
  const { phase, session, route, hasAccounts } = state;
  if (phase !== 'ready') return phase;
  const entrance = hasAccounts ? 'log-in' : 'sign-up';
  if (session === 'locked') return isOwn(route) ? 'locked' : route;
  if (session === 'none') return isOwn(route) ? entrance : route;
  if (route === 'settle') return conflictOf(state) === null && !state.isDeciding ? 'home' : route;
  return route === '' ? 'home' : route;
}

/**
 * Whether only somebody who is logged in has something there.
 * @param {Route} route
 * @returns {route is '' | 'profile' | 'settle'}
 */
function isOwn(route) {
  return route === '' || route === 'profile' || route === 'settle';
}
