// The spans of a trace as the rows of its waterfall: children under their parents, in the order in
// which they began, and where each stands in time.

/** @import { StoredSpan } from '../../ports/trace-store.ts' */

/**
 * @typedef {object} SpanRow
 * @property {StoredSpan} span
 * @property {number} depth 0 for a span whose parent is not held: a caller's, or one pushed out
 * @property {readonly string[]} ancestors ids of the spans above it, the farthest first
 * @property {boolean} hasChildren
 */

/** @typedef {{ start: number, end: number }} TimeRange epoch ms */

/**
 * @param {readonly StoredSpan[]} spans
 * @returns {readonly SpanRow[]}
 */
export function spanRows(spans) {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const parentOf = (/** @type {StoredSpan} */ { parentSpanId }) =>
    parentSpanId !== null && known.has(parentSpanId) ? parentSpanId : '';
  const children = Map.groupBy(spans, parentOf);
  /** @type {SpanRow[]} */
  const rows = [];
  /** @type {Set<string>} */
  const placed = new Set();
  place('', []);
  // Spans that are each other's ancestors can't be reached from a root; they must not be lost.
  for (const span of spans) if (!placed.has(span.spanId)) put(span, []);
  return rows;

  /**
   * @param {string} parent
   * @param {readonly string[]} ancestors
   */
  function place(parent, ancestors) {
    const below = children.get(parent) ?? [];
    for (const span of below.toSorted((a, b) => a.startTime - b.startTime)) put(span, ancestors);
  }

  /**
   * @param {StoredSpan} span
   * @param {readonly string[]} ancestors
   */
  function put(span, ancestors) {
    if (placed.has(span.spanId)) return;
    placed.add(span.spanId);
    const hasChildren = children.has(span.spanId);
    rows.push({ span, depth: ancestors.length, ancestors, hasChildren });
    place(span.spanId, [...ancestors, span.spanId]);
  }
}

/**
 * From the first beginning to the last end, events included; never empty.
 * @param {readonly StoredSpan[]} spans
 * @returns {TimeRange}
 */
export function timeRange(spans) {
  const start = spans.reduce((least, { startTime }) => Math.min(least, startTime), Infinity);
  const end = spans.reduce((most, span) => Math.max(most, endOf(span)), start);
  return { start, end: Math.max(end, start + 0.001) };
}

/** @param {StoredSpan} span */
export function endOf({ startTime, durationMs, events }) {
  return events.reduce((most, { time }) => Math.max(most, time), startTime + durationMs);
}

/**
 * Where a time stands in a range, 0 to 1.
 * @param {TimeRange} range
 * @param {number} time
 */
export function placeIn({ start, end }, time) {
  return Math.min(1, Math.max(0, (time - start) / (end - start)));
}
