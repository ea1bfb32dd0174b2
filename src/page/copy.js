// Copies text, and says on the button that it did. The clipboard's own interface exists only on
// https and localhost, and an admin face is often neither.
import { h } from './dom.js';

const SAID_MS = 1_500;

/**
 * @param {string} label
 * @param {() => string} text asked for when the button is pressed
 * @param {string} [title]
 */
export function copyButton(label, text, title) {
  const button = h('button', { type: 'button', class: 'quiet', title, onclick: copy }, label);
  return button;

  async function copy() {
    const copied = await copyText(text());
    button.textContent = copied ? 'Copied' : 'Could not copy';
    setTimeout(() => {
      button.textContent = label;
    }, SAID_MS);
  }
}

/** @param {string} text */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** @param {string} text */
function copySelected(text) {
  const area = h('textarea', { class: 'unseen', readonly: true, 'aria-hidden': 'true' });
  area.value = text;
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
