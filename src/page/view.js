// What a view of the page is, and what the page lends it.

/** @import { Route } from './location.js' */

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {(route: Route) => void} show a route of this view's own kind, again with each change
 * @property {() => void} reload asks the gateway anew
 * @property {(key: string) => boolean} key whether the view had a use for that key
 * @property {() => void} close ends its questions and timers
 */

/**
 * @typedef {object} Page
 * @property {(link: string) => void} go follows one of the page's own links
 * @property {(link: string) => void} replace the same without a step in the history
 * @property {() => void} back to the list of traces as it was filtered last
 * @property {(text: string) => void} announce tells those who hear the page
 * @property {(text: string) => void} title
 */

/**
 * Moves the focus among elements that stand in a row: `j` and down, `k` and up, Home and End.
 * @param {readonly HTMLElement[]} elements
 * @param {string} key
 * @returns {boolean} whether the key was one of these
 */
export function moveFocus(elements, key) {
  const focused = document.activeElement;
  const at = elements.findIndex((element) => element.contains(focused));
  const last = elements.length - 1;
  /** @type {Record<string, number>} */
  const targets = {
    j: Math.min(at + 1, last),
    ArrowDown: Math.min(at + 1, last),
    k: Math.max(at - 1, 0),
    ArrowUp: Math.max(at - 1, 0),
    Home: 0,
    End: last,
  };
  const target = targets[key];
  if (target === undefined) return false;
  const element = elements[target];
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: 'nearest' });
  return true;
}
