// Questions to the admin face. Every answer is one of four kinds, so that no view mistakes a gateway
// that went away for an empty one.

/**
 * @template T
 * @typedef {{ kind: 'ok', value: T }
 *   | { kind: 'absent', message: string }
 *   | { kind: 'refused', message: string }
 *   | { kind: 'away' }} Answer
 */

/**
 * Are told after every question whether the gateway answered.
 * @type {Set<(answers: boolean) => void>}
 */
export const listeners = new Set();

/**
 * @template T
 * @param {string} path
 * @param {AbortSignal} signal
 * @returns {Promise<Answer<T>>} `absent` for 404, `refused` for any other status that is no success;
 *   `away` when no answer came. Rejects only when the signal was aborted.
 */
export async function ask(path, signal) {
  /** @type {Answer<T>} */
  const answer = await attempt(path, signal);
  for (const listener of listeners) listener(answer.kind !== 'away');
  return answer;
}

/**
 * @template T
 * @param {string} path
 * @param {AbortSignal} signal
 * @returns {Promise<Answer<T>>}
 */
async function attempt(path, signal) {
  try {
    const response = await fetch(path, { signal, headers: { Accept: 'application/json' } });
    if (response.ok) return { kind: 'ok', value: await response.json() };
    const message = await saidIn(response);
    return { kind: response.status === 404 ? 'absent' : 'refused', message };
  } catch (cause) {
    if (signal.aborted) throw cause;
    return { kind: 'away' };
  }
}

/** @param {Response} response */
async function saidIn(response) {
  /** @type {{ error?: unknown }} */
  const body = await response.json().catch(() => ({}));
  return typeof body.error === 'string' ? body.error : `The gateway answered ${response.status}.`;
}
