// Where the time of a call went, in one sentence: the part of it that took longest, and its share.
import { duration, percent } from '../format.js';

/** @import { StoredSpan, StoredTrace } from '../../ports/trace-store.ts' */

/** A part that took less explains nothing. */
const WORTH_TELLING = 0.2;

/**
 * @param {StoredTrace} trace
 * @returns {string | null} null when no part of the call stands out
 */
export function whereTimeWent({ tree }) {
  const call = longestOf(tree.filter(({ kind }) => kind === 'server'));
  if (call === null || call.durationMs <= 0) return null;
  const part = longestOf(tree.filter((span) => isPartOf(span, call)));
  if (part === null) return null;
  const share = Math.min(1, timeIn(part) / call.durationMs);
  if (share < WORTH_TELLING) return null;
  return `${percent(share)} of the time, ${duration(timeIn(part))}, was spent ${wordsFor(part)}.`;
}

/**
 * A fill is nobody's part: a call's own share of it is the span of its joining.
 * @param {StoredSpan} span
 * @param {StoredSpan} call
 */
function isPartOf({ parentSpanId, name }, call) {
  return parentSpanId === call.spanId && name !== 'fill';
}

/** @param {readonly StoredSpan[]} spans */
function longestOf(spans) {
  return spans.reduce(
    (/** @type {StoredSpan | null} */ longest, span) =>
      longest === null || timeIn(span) > timeIn(longest) ? span : longest,
    null,
  );
}

/** A tier's span lasts from its first to its last lookup, but it worked for less. @param {StoredSpan} span */
function timeIn({ attributes, durationMs }) {
  const busy = attributes['glance_edge.tier.busy_ms'];
  if (typeof busy === 'number') return Math.min(busy, durationMs);
  return 'glance_edge.tier.name' in attributes ? 0 : durationMs;
}

/** @param {StoredSpan} span */
function wordsFor({ name, attributes }) {
  const tier = attributes['glance_edge.tier.name'];
  if (typeof tier === 'string') return `reading chunks from ${tier}`;
  if (name === 'fill.join') return joinWords(attributes['glance_edge.fill.waited_ms']);
  if (name === 'grant') return 'asking the origin whether this caller may download';
  if (name === 'record') return 'on the image record';
  return name.startsWith('origin ') ? 'with the origin' : `in ${name}`;
}

/** @param {StoredSpan['attributes'][string] | undefined} waited */
function joinWords(waited) {
  const words = 'reading from a fill as it grew';
  if (typeof waited !== 'number') return words;
  return `${words}; for ${duration(waited)} there was nothing to read yet`;
}
