// The images that were asked for most.
import { h } from '../dom.js';
import { byteSize, count, percent, shortId } from '../format.js';
import { localShare } from '../local-share.js';
import { imageLink } from '../location.js';
import { sumOf } from '../sources.js';
import { dataTable } from './section.js';

/** @import { ImageActivity } from '../../ports/activity.ts' */

/** More are in the JSON; a page is for a glance. */
const SHOWN = 10;
const COLUMNS = ['Image', 'Region', 'Downloads', 'Fills', 'Local', 'Sent', 'Fetched'];

/** @param {readonly ImageActivity[]} images */
export function imageTable(images) {
  if (images.length === 0) return h('p', { class: 'quiet-text' }, 'No image was downloaded yet.');
  const rows = images
    .slice(0, SHOWN)
    .map((image) => [
      h(
        'a',
        { href: imageLink(image.imageId), title: image.imageId },
        h('code', {}, shortId(image.imageId)),
      ),
      image.region,
      count(image.downloads),
      image.failedFills > 0
        ? `${count(image.fills)}, ${count(image.failedFills)} failed`
        : count(image.fills),
      percent(localShare(image)),
      bytes(sumOf(image.imageBytes)),
      bytes(image.fetchedBytes),
    ]);
  return dataTable('Most downloaded images', COLUMNS, rows);
}

/** @param {number} size */
function bytes(size) {
  return h('span', { title: `${count(size)} bytes` }, byteSize(size));
}
