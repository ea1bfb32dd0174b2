// When the bytes of an answer came, and from where: its totals by source, laid over the time in which
// the spans of that source were at work. Rates within one span are not known, so they are even.
import { SOURCES } from '../sources.js';

/** @import { ByteSource } from '../../ports/call-observer.ts' */
/** @import { StoredSpan } from '../../ports/trace-store.ts' */
/** @import { SourceBytes } from '../sources.js' */
/** @import { TimeRange } from './span-tree.js' */

/** @typedef {TimeRange & { source: ByteSource, bytes: number }} Flow */

/**
 * @param {readonly StoredSpan[]} spans
 * @returns {SourceBytes} what the calls of this trace sent
 */
export function bytesBySource(spans) {
  const calls = spans.filter(({ kind }) => kind === 'server');
  const of = (/** @type {ByteSource} */ source) =>
    calls.reduce((sum, call) => sum + numberOf(call, `glance_edge.bytes.${source}`), 0);
  return { memory: of('memory'), disk: of('disk'), redis: of('redis'), origin: of('origin') };
}

/**
 * @param {readonly StoredSpan[]} spans
 * @returns {readonly Flow[]}
 */
export function byteFlows(spans) {
  const totals = bytesBySource(spans);
  return SOURCES.filter((source) => totals[source] > 0).flatMap((source) => {
    const workers = workersOf(spans, source);
    const weights = workers.map((span) => weightOf(span));
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return workers.map((span, at) => ({
      source,
      bytes: totals[source] * (sum > 0 ? (weights[at] ?? 0) / sum : 1 / workers.length),
      ...workTime(span),
    }));
  });
}

/**
 * Bytes in each of `count` equal parts of a range, by source.
 * @param {readonly Flow[]} flows
 * @param {TimeRange} range
 * @param {number} count
 * @returns {readonly SourceBytes[]}
 */
export function flowParts(flows, { start, end }, count) {
  const width = (end - start) / count;
  return Array.from({ length: count }, (_, at) => {
    const part = { memory: 0, disk: 0, redis: 0, origin: 0 };
    const from = start + at * width;
    for (const flow of flows) {
      const length = Math.max(flow.end - flow.start, width / 1_000);
      const overlap = Math.min(flow.start + length, from + width) - Math.max(flow.start, from);
      if (overlap > 0) part[flow.source] += (flow.bytes * overlap) / length;
    }
    return part;
  });
}

/**
 * The spans that brought bytes of a source: its tier's, what waited on a fill, or what asked the
 * origin; the call itself when no such span is held.
 * @param {readonly StoredSpan[]} spans
 * @param {ByteSource} source
 */
function workersOf(spans, source) {
  const wanted =
    source === 'origin'
      ? [(/** @type {StoredSpan} */ span) => span.name === 'fill.join', isOriginData]
      : [(/** @type {StoredSpan} */ span) => span.attributes['glance_edge.tier.name'] === source];
  for (const matches of wanted) {
    const found = spans.filter((span) => matches(span) && weightOf(span) > 0);
    if (found.length > 0) return found;
  }
  return spans.filter((span) => numberOf(span, `glance_edge.bytes.${source}`) > 0);
}

/** @param {StoredSpan} span */
function isOriginData(span) {
  return span.kind === 'client' && numberOf(span, 'http.response.body.size') > 0;
}

/** @param {StoredSpan} span */
function weightOf(span) {
  return (
    numberOf(span, 'glance_edge.tier.bytes') ||
    numberOf(span, 'glance_edge.bytes.origin') ||
    numberOf(span, 'http.response.body.size')
  );
}

/** A call's bytes begin with the first of its answer. @param {StoredSpan} span */
function workTime(span) {
  const end = span.startTime + span.durationMs;
  const wait = span.kind === 'server' ? numberOf(span, 'glance_edge.ttfb_ms') : 0;
  return { start: Math.min(span.startTime + wait, end), end };
}

/**
 * @param {StoredSpan} span
 * @param {string} name
 */
function numberOf(span, name) {
  const value = span.attributes[name];
  return typeof value === 'number' ? value : 0;
}
