// The overview's large numbers: the last hour, and beneath each the same since the start.
import { h } from '../dom.js';
import { byteSize, count, duration, percent } from '../format.js';
import { hitRatio, localShare, savedBytes } from '../local-share.js';
import { sumMinutes } from './overview.js';

/** @import { Overview } from './overview.js' */

/** @param {Overview} overview */
export function tiles({ minutes, totals }) {
  const hour = sumMinutes(minutes);
  const dl = h('dl', { class: 'tiles' });
  dl.append(
    tile(
      'Hit ratio, requests',
      percent(hitRatio(hour)),
      `${percent(hitRatio(totals))} since the start`,
      `${count(hour.hits)} hits, ${count(hour.misses)} misses`,
    ),
    tile(
      'Hit ratio, bytes',
      percent(localShare(hour)),
      `${percent(localShare(totals))} since the start`,
      'Share of image data that did not come over the WAN',
    ),
    tile(
      'WAN bytes saved',
      byteSize(savedBytes(hour)),
      `${byteSize(savedBytes(totals))} since the start`,
      `${count(savedBytes(hour))} bytes`,
    ),
    tile(
      'Calls',
      count(hour.calls),
      `${count(totals.calls)} since the start`,
      `${count(hour.calls)} calls`,
    ),
    tile(
      'Errors',
      count(hour.errors),
      `${count(totals.errors)} since the start`,
      'Status 500 or more, or cut off',
      hour.errors > 0,
    ),
    tile(
      'Longest call',
      duration(hour.longestMs),
      `95 % within ${duration(totals.durationMs.p95)}`,
      `${hour.longestMs} ms`,
    ),
  );
  return dl;
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} beside
 * @param {string} exact
 * @param {boolean} [bad]
 */
function tile(name, value, beside, exact, bad = false) {
  return h(
    'div',
    { class: 'tile', 'data-bad': bad },
    h('dt', {}, name),
    h('dd', { class: 'value', title: exact }, value),
    h('dd', { class: 'beside' }, beside),
  );
}
