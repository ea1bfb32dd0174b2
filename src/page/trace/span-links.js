// Links between spans in words: a follower leads to the fill it waited on, a fill to its readers.
import { h } from '../dom.js';
import { shortId } from '../format.js';
import { traceLink } from '../location.js';

/** @import { StoredSpan } from '../../ports/trace-store.ts' */

/** @typedef {StoredSpan['links'][number]} SpanLink */

/**
 * @param {SpanLink} link
 * @param {string} ownTraceId
 */
export function spanLink({ traceId, spanId, attributes }, ownTraceId) {
  const what = attributes['glance_edge.link'];
  const words =
    { fill: 'the fill it waited on', reader: 'a reader of this fill' }[String(what)] ??
    'a linked span';
  const where = traceId === ownTraceId ? 'in this trace' : `in trace ${shortId(traceId)}`;
  const arrow = h('span', { class: 'arrow', 'aria-hidden': 'true' }, what === 'reader' ? '⇠' : '⇢');
  return h(
    'a',
    {
      class: 'span-link',
      href: traceLink(traceId, spanId),
      title: `Trace ${traceId}, span ${spanId}`,
    },
    arrow,
    ` ${words}, `,
    h('span', { class: 'id' }, where),
  );
}
