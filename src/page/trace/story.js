// Where the time of a call went, in one sentence: the part of it that took longest, and its share.
import { duration, percent } from '../format.js';

/** @import { StoredSpan, StoredTrace } from '../../ports/trace-store.ts' */

/**
 * @param {StoredTrace} trace
 * @returns {string | null} null when no part of the call stands out
 */
export function whereTimeWent({ tree }) {
  const calls = tree.filter(({ kind }) => kind === 'server');
  const call = longestOf(calls);
  if (call === null || call.durationMs <= 0) return null;
  const part = longestOf(
    tree.filter(({ parentSpanId, name }) => parentSpanId === call.spanId && name !== 'fill'),
  );
  if (part === null) return null;
  const share = Math.min(1, part.durationMs / call.durationMs);
  if (share < WORTH_TELLING) return null;
  return `${percent(share)} of the time, ${duration(part.durationMs)}, was ${wordsFor(part)}.`;
}

/** A part that took less explains nothing. */
const WORTH_TELLING = 0.2;

/** @param {readonly StoredSpan[]} spans */
function longestOf(spans) {
  return spans.reduce(
    (/** @type {StoredSpan | null} */ longest, span) =>
      longest === null || span.durationMs > longest.durationMs ? span : longest,
    null,
  );
}

/** @param {StoredSpan} span */
function wordsFor({ name, attributes }) {
  const tier = attributes['glance_edge.tier.name'];
  if (typeof tier === 'string') return `spent with chunks from ${tier}`;
  return (
    {
      'fill.join': 'spent reading from a fill as it grew',
      grant: 'spent asking whether this caller may download',
      record: 'spent on the image record',
    }[name] ?? (name.startsWith('origin ') ? 'spent with the origin' : `spent in ${name}`)
  );
}
