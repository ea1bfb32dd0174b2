// The page by keyboard: what every view shares is done here, the rest is handed to the view.
import { byId, h } from './dom.js';

/** @import { Page, View } from './view.js' */

/** @type {readonly (readonly [keys: readonly string[], does: string])[]} */
const KEYS = [
  [['/'], 'Search'],
  [['j', '↓'], 'Next row'],
  [['k', '↑'], 'Row before'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close, go back'],
  [['←', '→'], 'Fold, unfold a span'],
  [['l'], 'Live tail on, off'],
  [['p'], 'Pause, resume the tail'],
  [['r'], 'Ask the gateway again'],
  [['t'], 'Traces'],
  [['o'], 'Overview'],
  [['?'], 'These keys'],
];

/**
 * @param {Page} page
 * @param {() => View | null} current
 */
export function keyboard(page, current) {
  const help = keysDialog();
  const search = byId('search-text', HTMLInputElement);
  byId('keys', HTMLButtonElement).addEventListener('click', () => help.showModal());

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (isTyping(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    if (shared(event.key) || current()?.key(event.key)) event.preventDefault();
  });

  /** @param {string} key */
  function shared(key) {
    if (key === '/') search.select();
    else if (key === '?') help.showModal();
    else if (key === 't') page.back();
    else if (key === 'o') page.go('#/overview');
    else if (key === 'r') current()?.reload();
    else return false;
    return true;
  }
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}

function keysDialog() {
  const rows = KEYS.map(([keys, does]) =>
    h('tr', {}, h('td', {}, ...keys.map((key) => h('kbd', {}, key))), h('td', {}, does)),
  );
  const dialog = h(
    'dialog',
    { class: 'keys', 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h('table', {}, h('tbody', {}, ...rows)),
    h('form', { method: 'dialog' }, h('button', {}, 'Close')),
  );
  document.body.append(dialog);
  return dialog;
}
