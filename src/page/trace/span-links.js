// Links between spans in words: a follower leads to the fill it waited on, a fill to its readers.
import { h } from '../dom.js';
import { shortId } from '../format.js';
import { traceLink } from '../location.js';

/** @import { StoredSpan } from '../../ports/trace-store.ts' */

/** @typedef {StoredSpan['links'][number]} SpanLink */

/** By the declared words of `glance_edge.link`. @type {ReadonlyMap<unknown, string>} */
const WORDS = new Map([
  ['fill', 'the fill it waited on'],
  ['reader', 'a reader of this fill'],
  ['profile', "the caller's own profile"],
]);

/**
 * @param {SpanLink} link
 * @param {string} ownTraceId
 */
export function spanLink({ traceId, spanId, attributes }, ownTraceId) {
  const what = attributes['glance_edge.link'];
  const words = WORDS.get(what) ?? 'a linked span';
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
