// What `GET /api/overview` answers, as the overview's parts read it.

/** @import { ImageActivity, Minute, RegionHealth, RunningFill } from '../../ports/activity.ts' */
/** @import { TierName, TierUsage } from '../../ports/tier.ts' */

/** @typedef {TierUsage & { name: TierName, fullness: number | null }} TierReport */

/**
 * @typedef {object} Overview
 * @property {string} version
 * @property {number} startedAt epoch ms
 * @property {{ ready: boolean, reasons: readonly string[] }} ready
 * @property {readonly Minute[]} minutes oldest first
 * @property {Minute} totals
 * @property {readonly RegionHealth[]} regions
 * @property {readonly RunningFill[]} fills
 * @property {readonly TierReport[]} tiers
 * @property {readonly ImageActivity[]} images
 */

/**
 * Sums over minutes; durations are the worst minute's.
 * @param {readonly Minute[]} minutes
 */
export function sumMinutes(minutes) {
  const sum = (/** @type {(minute: Minute) => number} */ value) =>
    minutes.reduce((total, minute) => total + value(minute), 0);
  return {
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    hits: sum(({ hits }) => hits),
    misses: sum(({ misses }) => misses),
    bytesSent: sum(({ bytesSent }) => bytesSent),
    fetchedBytes: sum(({ fetchedBytes }) => fetchedBytes),
    imageBytes: {
      memory: sum(({ imageBytes }) => imageBytes.memory),
      disk: sum(({ imageBytes }) => imageBytes.disk),
      redis: sum(({ imageBytes }) => imageBytes.redis),
      origin: sum(({ imageBytes }) => imageBytes.origin),
    },
    longestMs: Math.max(0, ...minutes.map(({ durationMs }) => durationMs.max)),
  };
}
