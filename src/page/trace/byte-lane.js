// The lane on top of the waterfall: bytes by source over the time of the trace, stacked, with the
// same in words.
import { h, svg } from '../dom.js';
import { byteSize, duration } from '../format.js';
import { SOURCES, sourceBar, sumOf } from '../sources.js';
import { byteFlows, bytesBySource, flowParts } from './byte-flow.js';

/** @import { StoredSpan } from '../../ports/trace-store.ts' */
/** @import { SourceBytes } from '../sources.js' */
/** @import { TimeRange } from './span-tree.js' */

/** Parts of the time: about one for every eight pixels of a wide screen. */
const PARTS = 120;
const HEIGHT = 100;

/**
 * @param {readonly StoredSpan[]} spans
 * @param {TimeRange} range
 * @returns {HTMLElement | null} null when the trace sent no image data
 */
export function byteLane(spans, range) {
  const totals = bytesBySource(spans);
  if (sumOf(totals) === 0) return null;
  const parts = flowParts(byteFlows(spans), range, PARTS);
  const highest = Math.max(...parts.map(sumOf));
  const perSecond = (highest / (range.end - range.start)) * PARTS * 1_000;
  return h(
    'figure',
    { class: 'byte-lane' },
    h(
      'figcaption',
      {},
      h('span', { class: 'lane-title' }, 'Bytes by source over time'),
      h('span', { class: 'lane-peak' }, `at most ${byteSize(perSecond)}/s`),
      sourceBar(totals),
    ),
    h('div', { class: 'lane-plot' }, areas(parts, highest, words(totals, range))),
  );
}

/**
 * @param {readonly SourceBytes[]} parts
 * @param {number} highest
 * @param {string} label
 */
function areas(parts, highest, label) {
  const drawing = svg('svg', {
    viewBox: `0 0 ${PARTS} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': label,
  });
  const floor = parts.map(() => 0);
  // The origin at the bottom: it is the one that costs.
  for (const source of SOURCES.toReversed()) {
    const top = parts.map((part, at) => (floor[at] ?? 0) + part[source]);
    if (top.every((height, at) => height === floor[at])) continue;
    const steps = (/** @type {readonly number[]} */ heights) =>
      heights.flatMap((height, at) => [point(at, height, highest), point(at + 1, height, highest)]);
    const outline = [...steps(top), ...steps(floor).toReversed()].join(' ');
    drawing.append(svg('polygon', { points: outline, 'data-source': source }));
    for (const [at, height] of top.entries()) floor[at] = height;
  }
  return drawing;
}

/**
 * @param {number} x
 * @param {number} height
 * @param {number} highest
 */
function point(x, height, highest) {
  return `${x},${(HEIGHT - (height / highest) * (HEIGHT - 2)).toFixed(2)}`;
}

/**
 * @param {SourceBytes} totals
 * @param {TimeRange} range
 */
function words(totals, { start, end }) {
  const each = SOURCES.filter((source) => totals[source] > 0).map(
    (source) => `${byteSize(totals[source])} from ${source}`,
  );
  return `Bytes over ${duration(end - start)}: ${each.join(', ')}`;
}
