// Light, dark, or as the system says; the choice is kept in this browser. Runs before the first
// paint, so that a dark page never flashes white.

/** @typedef {'auto' | 'light' | 'dark'} Theme */

/** @type {readonly Theme[]} */
const THEMES = ['auto', 'light', 'dark'];
const STORED_AS = 'glance-edge-theme';

/** @type {Theme} */
let chosen = storedTheme();
apply();

/**
 * Makes a button step through the themes.
 * @param {HTMLButtonElement} button
 */
export function themeButton(button) {
  const label = () => {
    button.textContent = { auto: 'Auto', light: 'Light', dark: 'Dark' }[chosen];
    button.setAttribute('aria-label', `Theme: ${chosen}. Change it.`);
  };
  label();
  button.addEventListener('click', () => {
    chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? 'auto';
    apply();
    label();
    keep(chosen);
    document.dispatchEvent(new CustomEvent('themechange'));
  });
}

/**
 * The colour that a token of the theme has now, for canvases: which of its two it is, only an element
 * that has it can tell.
 * @param {string} token
 */
export function themeColour(token) {
  const painted = document.createElement('i');
  painted.style.color = `var(${token})`;
  document.body.append(painted);
  const { color } = getComputedStyle(painted);
  painted.remove();
  return color;
}

function apply() {
  document.documentElement.dataset.theme = chosen;
}

/** @returns {Theme} */
function storedTheme() {
  try {
    const kept = localStorage.getItem(STORED_AS);
    return THEMES.find((theme) => theme === kept) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** @param {Theme} theme */
function keep(theme) {
  try {
    localStorage.setItem(STORED_AS, theme);
  } catch {
    // A browser that keeps nothing still shows the theme until it is closed.
  }
}
