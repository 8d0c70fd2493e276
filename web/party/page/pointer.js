// @ts-check
// A message that appears between the press and the release of a button moves it away, and the click is lost.

const LOOK_AGAIN_MS = 50;

let isDown = false;
addEventListener('pointerdown', () => setDown(true), { capture: true });
for (const type of ['pointerup', 'pointercancel']) addEventListener(type, () => setDown(false), { capture: true });

/** @param {boolean} down */
function setDown(down) {
  isDown = down;
}

/** Resolves when no button is being pressed, and the click of the last one has been dealt with. */
export async function released() {
  do await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  while (isDown);
}
