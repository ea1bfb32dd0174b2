// The panel beside the waterfall: everything that is held of one span.
import { copyButton } from '../copy.js';
import { h } from '../dom.js';
import { clock, duration } from '../format.js';
import { attributeValue } from './attribute-value.js';
import { spanLink } from './span-links.js';

/** @import { StoredSpan } from '../../ports/trace-store.ts' */

/**
 * @param {StoredSpan} span
 * @param {{ traceId: string, startTime: number, onClose: () => void }} beside
 */
export function spanPanel(span, { traceId, startTime, onClose }) {
  const close = h(
    'button',
    { type: 'button', class: 'quiet', 'aria-label': 'Close the panel', onclick: onClose },
    '✕',
  );
  const copy = copyButton('Copy span', () => JSON.stringify(span, null, 2));
  return h(
    'aside',
    { class: 'panel', 'aria-label': `Span ${span.name}` },
    h('header', {}, h('h2', {}, span.name), copy, close),
    span.error !== null && h('p', { class: 'failure' }, span.error),
    list([
      ['Began', `+${duration(Math.max(0, span.startTime - startTime))}`, clock(span.startTime)],
      ['Took', duration(span.durationMs), `${span.durationMs} ms`],
      ['Kind', span.kind, span.kind],
      ['Span id', span.spanId, span.spanId],
    ]),
    ...section('Attributes', attributes(span.attributes)),
    ...section('Events', ...span.events.map((event) => eventBlock(event, startTime))),
    ...section('Links', ...span.links.map((link) => h('p', {}, spanLink(link, traceId)))),
  );
}

/**
 * @param {string} title
 * @param {...(Node | null)} content
 */
function section(title, ...content) {
  const present = content.filter((node) => node !== null);
  return present.length === 0 ? [] : [h('h3', {}, title), ...present];
}

/** @param {StoredSpan['attributes']} all */
function attributes(all) {
  const rows = Object.entries(all)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => {
      const { text, exact } = attributeValue(name, value);
      return /** @type {const} */ ([name, text, exact]);
    });
  return rows.length === 0 ? null : list(rows);
}

/**
 * @param {StoredSpan['events'][number]} event
 * @param {number} startTime
 */
function eventBlock(event, startTime) {
  const after = `+${duration(Math.max(0, event.time - startTime))}`;
  const title = h(
    'p',
    { class: 'event-name' },
    h('b', {}, event.name),
    ' ',
    h('span', { title: clock(event.time) }, after),
  );
  return h('div', { class: 'event-block' }, title, attributes(event.attributes));
}

/** @param {readonly (readonly [name: string, value: string, exact: string])[]} rows */
function list(rows) {
  const items = rows.flatMap(([name, value, exact]) => [
    h('dt', {}, name),
    h('dd', { title: exact }, value),
  ]);
  return h('dl', {}, ...items);
}
