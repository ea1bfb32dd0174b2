// Says so at the top of every view when the gateway went away, asks whether it is back, and has the
// view drawn anew when it is.
import { ask, listeners } from './api.js';
import { byId } from './dom.js';
import { clock } from './format.js';

/** Soon enough for somebody who is watching a restart, seldom enough to be no load. */
const ASK_AGAIN_MS = 2_000;

/** @param {() => void} onReturn */
export function watchConnection(onReturn) {
  const banner = byId('banner', HTMLElement);
  let lastAnswer = Date.now();
  let away = false;

  listeners.add((answers) => {
    if (answers) {
      lastAnswer = Date.now();
      if (!away) return;
      away = false;
      banner.hidden = true;
      onReturn();
    } else if (!away) {
      away = true;
      banner.textContent = `The gateway does not answer since ${clock(lastAnswer).slice(0, -4)}. What you see may be old; trying again.`;
      banner.hidden = false;
      askAgain();
    }
  });

  function askAgain() {
    setTimeout(async () => {
      await ask('/livez', AbortSignal.timeout(ASK_AGAIN_MS)).catch(() => null);
      if (away) askAgain();
    }, ASK_AGAIN_MS);
  }
}
