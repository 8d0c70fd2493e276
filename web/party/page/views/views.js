// @ts-check
// Every view by its name.

import { failedView } from './failed.js';
import { guestsView } from './guests.js';
import { homeView } from './home.js';
import { loadingView } from './loading.js';
import { lockedView } from './locked.js';
import { logInView } from './log-in.js';
import { profileView } from './profile.js';
import { recoverView } from './recover.js';
import { settleView } from './settle.js';
import { signUpView } from './sign-up.js';
import { switchView } from './switch.js';

/** @type {Record<import('../router.js').ViewName, (page: import('../page.js').Page) => import('./view.js').View>} */
export const views = {
  failed: failedView,
  guests: guestsView,
  home: homeView,
  loading: loadingView,
  locked: lockedView,
  'log-in': logInView,
  profile: profileView,
  recover: recoverView,
  settle: settleView,
  'sign-up': signUpView,
  switch: switchView,
};
