// What stands over the waterfall: the call in a line, where its time went, its ids, ways to copy it.
import { copyButton } from '../copy.js';
import { h } from '../dom.js';
import { clock, counted, duration, isoTime } from '../format.js';
import { outcomeBadge } from '../list/outcome.js';
import { imageLink, listLink } from '../location.js';
import { whereTimeWent } from './story.js';

/** @import { StoredTrace } from '../../ports/trace-store.ts' */
/** @import { Child } from '../dom.js' */

/** @param {StoredTrace} trace */
export function traceHead(trace) {
  const { traceId, name, startTime, durationMs, status, error } = trace;
  const story = whereTimeWent(trace);
  return h(
    'header',
    { class: 'trace-head' },
    h('h1', {}, name),
    h(
      'p',
      { class: 'facts' },
      outcomeBadge(trace),
      h('span', { class: 'big', title: `${durationMs} ms` }, duration(durationMs)),
      h('span', {}, status === null ? 'no status' : `status ${status}`),
      h(
        'span',
        {},
        'began ',
        h('time', { datetime: isoTime(startTime), title: isoTime(startTime) }, clock(startTime)),
      ),
      h('span', {}, counted(trace.spans, 'span')),
    ),
    error !== null && h('p', { class: 'failure' }, error),
    story !== null && h('p', { class: 'story' }, story),
    h('dl', { class: 'ids' }, ...ids(trace)),
    h(
      'div',
      { class: 'actions' },
      copyButton('Copy as JSON', () => JSON.stringify(trace, null, 2)),
      copyButton('Copy as curl', () => `curl -s '${location.origin}/api/traces/${traceId}'`),
    ),
  );
}

/** @param {StoredTrace} trace */
function ids({ traceId, requestId, image, region }) {
  /** @type {readonly (readonly [string, Child])[]} */
  const rows = [
    ['Trace', h('code', {}, traceId)],
    ['Request', requestId !== null && h('code', {}, requestId)],
    ['Image', image !== null && h('a', { href: imageLink(image) }, h('code', {}, image))],
    [
      'Region',
      region !== null && h('a', { href: listLink(new URLSearchParams({ region })) }, region),
    ],
  ];
  return rows
    .filter(([, value]) => value !== false)
    .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));
}
