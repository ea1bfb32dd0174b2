// The buttons of the live tail and the words beside them.
import { h } from '../dom.js';
import { counted } from '../format.js';

/** @import { TailState } from './tail.js' */

/** @param {{ onToggle: () => void, onPause: () => void }} on */
export function createTailControls({ onToggle, onPause }) {
  const toggle = h(
    'button',
    { type: 'button', class: 'live', 'aria-pressed': 'false', onclick: onToggle },
    'Live tail',
  );
  const pause = h('button', { type: 'button', onclick: onPause, hidden: true }, 'Pause');
  const words = h('span', { class: 'tail-state', role: 'status' });
  const element = h('div', { class: 'tail' }, words, pause, toggle);

  return {
    element,

    off() {
      toggle.setAttribute('aria-pressed', 'false');
      toggle.removeAttribute('data-state');
      pause.hidden = true;
      words.textContent = '';
    },

    /**
     * @param {TailState} state
     * @param {number} heldBack
     */
    show(state, heldBack) {
      toggle.setAttribute('aria-pressed', 'true');
      toggle.dataset.state = state;
      pause.hidden = state === 'refused';
      pause.textContent = state === 'paused' ? 'Resume' : 'Pause';
      words.textContent = {
        live: '',
        connecting: 'Connecting …',
        paused: heldBack === 0 ? 'Paused' : `Paused, ${counted(heldBack, 'new call')}`,
        refused: 'No tail: the gateway is away or has no room for another listener',
      }[state];
    },
  };
}
