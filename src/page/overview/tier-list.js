// The tiers of the cache and how full they are, nearest first.
import { h } from '../dom.js';
import { byteSize, count, percent } from '../format.js';
import { swatch } from '../sources.js';

/** @import { TierReport } from './overview.js' */

/** @param {readonly TierReport[]} tiers */
export function tierList(tiers) {
  if (tiers.length === 0) {
    return h('p', { class: 'quiet-text' }, 'No tier is configured: nothing is cached.');
  }
  return h('ul', { class: 'tier-list' }, ...tiers.map(tierItem));
}

/** @param {TierReport} tier */
function tierItem({ name, bytes, maxBytes, entries, fullness }) {
  const of = maxBytes === null ? ', its bound is not ours' : ` of ${byteSize(maxBytes)}`;
  const exact = `${count(bytes)}${maxBytes === null ? '' : ` of ${count(maxBytes)}`} bytes`;
  return h(
    'li',
    { 'data-source': name },
    h(
      'p',
      {},
      swatch(name),
      h('b', {}, name),
      h('span', { class: 'share' }, fullness === null ? '' : percent(fullness)),
    ),
    fullness !== null &&
      h(
        'progress',
        { max: 1, value: fullness, 'aria-label': `Fullness of ${name}`, 'data-source': name },
        percent(fullness),
      ),
    h(
      'p',
      { class: 'quiet-text', title: exact },
      `${byteSize(bytes)}${of} · ${count(entries)} entries`,
    ),
  );
}
