// How much of what clients were sent did not have to come over the WAN.
import { sumOf } from './sources.js';

/** @import { Minute } from '../ports/activity.ts' */

/** @param {Pick<Minute, 'imageBytes' | 'fetchedBytes'>} sums */
export function localShare({ imageBytes, fetchedBytes }) {
  const sent = sumOf(imageBytes);
  return sent === 0 ? 0 : Math.max(0, 1 - fetchedBytes / sent);
}

/** @param {Pick<Minute, 'imageBytes' | 'fetchedBytes'>} sums */
export function savedBytes({ imageBytes, fetchedBytes }) {
  return Math.max(0, sumOf(imageBytes) - fetchedBytes);
}

/**
 * Of the calls that the cache might have answered, those that it did.
 * @param {Pick<Minute, 'hits' | 'misses'>} sums
 */
export function hitRatio({ hits, misses }) {
  return hits + misses === 0 ? 0 : hits / (hits + misses);
}
