// The questions of one view: a new one drops the one before, and a view that was left hears no answer.
import { ask } from './api.js';

/** @template T @typedef {import('./api.js').Answer<T>} Answer */

/**
 * @returns {{
 *   ask: <T>(path: string, use: (answer: Answer<T>) => void) => Promise<void>,
 *   close: () => void,
 * }}
 */
export function createQuestion() {
  let current = new AbortController();
  return {
    /**
     * @template T
     * @param {string} path
     * @param {(answer: Answer<T>) => void} use
     */
    async ask(path, use) {
      current.abort();
      const own = new AbortController();
      current = own;
      try {
        /** @type {Answer<T>} */
        const answer = await ask(path, own.signal);
        if (!own.signal.aborted) use(answer);
      } catch (cause) {
        if (!own.signal.aborted) throw cause;
      }
    },
    close: () => current.abort(),
  };
}
