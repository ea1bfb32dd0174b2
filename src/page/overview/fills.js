// Fills under way: how far, how fast, for how many, and when they will be done.
import { h } from '../dom.js';
import { byteSize, count, counted, duration, percent, shortId } from '../format.js';
import { imageLink, traceLink } from '../location.js';

/** @import { RunningFill } from '../../ports/activity.ts' */

/** @param {readonly RunningFill[]} fills */
export function fillList(fills) {
  if (fills.length === 0) return h('p', { class: 'quiet-text' }, 'No fill is under way.');
  return h('ul', { class: 'fill-list' }, ...fills.map(fillItem));
}

/** @param {RunningFill} fill */
function fillItem(fill) {
  const { region, imageId, kind, size, filledBytes, readers, bytesPerSecond, etaMs, startedAt } =
    fill;
  const share = size === 0 ? 0 : filledBytes / size;
  const label = `Fill of image ${imageId}`;
  const progress = h(
    'progress',
    { max: size, value: filledBytes, 'aria-label': label },
    percent(share),
  );
  const left = etaMs === null ? 'end unknown' : `${duration(etaMs)} left`;
  const exact = `${count(filledBytes)} of ${count(size)} bytes`;
  return h(
    'li',
    {},
    h(
      'p',
      { class: 'fill-title' },
      h('a', { href: imageLink(imageId), title: `All of image ${imageId}` }, shortId(imageId)),
      h('span', {}, ` in ${region}`),
      kind === 'repair' && h('span', { class: 'tag' }, 'repair'),
      h('a', { class: 'to-trace', href: traceLink(fill.traceId, fill.spanId) }, 'its trace'),
    ),
    progress,
    h(
      'p',
      { class: 'fill-facts', title: exact },
      h('b', {}, percent(share)),
      ` · ${byteSize(filledBytes)} of ${byteSize(size)} · ${byteSize(bytesPerSecond)}/s · `,
      h('b', {}, left),
      ` · ${counted(readers, 'reader')} · for ${duration(Math.max(0, Date.now() - startedAt))}`,
    ),
  );
}
