// One span in the waterfall: its name, its bar in time with marks for its events, how long it took;
// and under it the links to other traces.
import { h, setVariable } from '../dom.js';
import { clock, duration } from '../format.js';
import { spanLink } from './span-links.js';
import { placeIn } from './span-tree.js';
import { besideName, toneOf } from './span-words.js';

/** @import { StoredSpan } from '../../ports/trace-store.ts' */
/** @import { SpanRow, TimeRange } from './span-tree.js' */

/** Links shown under a span; the panel has all of them. */
const LINKS_SHOWN = 8;

/**
 * @param {SpanRow} row
 * @param {TimeRange} range
 * @param {string} traceId
 * @returns {HTMLElement}
 */
export function waterfallRow({ span, depth, hasChildren }, range, traceId) {
  const fold = h('span', { class: 'fold', 'aria-hidden': 'true' }, hasChildren ? '▾' : '');
  const beside = besideName(span);
  const element = h(
    'div',
    {
      class: 'span-row',
      role: 'row',
      tabindex: -1,
      'data-span': span.spanId,
      'data-tone': toneOf(span),
      'data-error': span.error !== null,
      'data-tier': 'glance_edge.tier.name' in span.attributes,
      'aria-level': depth + 1,
      'aria-expanded': hasChildren ? 'true' : null,
      'aria-selected': 'false',
    },
    h(
      'div',
      {
        class: 'span-name',
        role: 'rowheader',
        title: [span.name, beside].filter(Boolean).join(' · '),
      },
      fold,
      span.error !== null &&
        h('span', { class: 'error-mark', role: 'img', 'aria-label': 'Failed' }, '!'),
      h('span', { class: 'name' }, span.name),
      beside !== '' && h('span', { class: 'beside' }, beside),
    ),
    h(
      'div',
      { class: 'span-time', role: 'gridcell', 'aria-label': startsAfter(span, range) },
      bar(span, range),
      ...marks(span, range),
    ),
    h(
      'div',
      { class: 'span-took', role: 'gridcell', title: `${span.durationMs} ms` },
      duration(span.durationMs),
    ),
  );
  setVariable(element, '--depth', depth);
  if (span.links.length > 0) element.append(links(span, traceId));
  return element;
}

/**
 * @param {StoredSpan} span
 * @param {TimeRange} range
 */
function bar(span, range) {
  const from = placeIn(range, span.startTime);
  const to = placeIn(range, span.startTime + span.durationMs);
  const title = `${span.name}: ${duration(span.durationMs)}, began at ${clock(span.startTime)}`;
  const element = h('span', { class: 'bar', title });
  setVariable(element, '--at', from);
  setVariable(element, '--share', to - from);
  return element;
}

/**
 * @param {StoredSpan} span
 * @param {TimeRange} range
 */
function marks(span, range) {
  return span.events.map(({ name, time }) => {
    const title = `${name}, ${duration(Math.max(0, time - range.start))} from the beginning`;
    const mark = h('span', { class: 'event', role: 'img', 'aria-label': title, title });
    setVariable(mark, '--at', placeIn(range, time));
    return mark;
  });
}

/**
 * @param {StoredSpan} span
 * @param {string} traceId
 */
function links({ links: all }, traceId) {
  const shown = all.slice(0, LINKS_SHOWN).map((link) => spanLink(link, traceId));
  const rest = all.length - shown.length;
  const more = rest > 0 && h('span', { class: 'more-links' }, `and ${rest} more`);
  return h('div', { class: 'span-links', role: 'gridcell' }, ...shown, more);
}

/**
 * @param {StoredSpan} span
 * @param {TimeRange} range
 */
function startsAfter({ startTime }, { start }) {
  return `Began after ${duration(Math.max(0, startTime - start))}`;
}
