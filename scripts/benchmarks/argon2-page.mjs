// What argon2-chromium.mjs runs in the page.

import { derivations } from './argon2.mjs';
import { compete } from './rounds.mjs';

/** @param {number} rounds */
window.measure = async (rounds) => compete(await derivations(new URL('placecard.wasm', document.baseURI)), rounds);
