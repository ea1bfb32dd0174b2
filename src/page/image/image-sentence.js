// An image's history as one sentence: "212 downloads, 1 fill, 99.5 % of bytes local".
import { byteSize, counted, percent } from '../format.js';
import { localShare } from '../local-share.js';
import { sumOf } from '../sources.js';

/** @import { ImageActivity } from '../../ports/activity.ts' */

/** @param {ImageActivity} image */
export function imageSentence(image) {
  const { downloads, fills, imageBytes, fetchedBytes } = image;
  const sent = sumOf(imageBytes);
  const parts = [counted(downloads, 'download'), counted(fills, 'fill')];
  if (sent > 0) parts.push(`${percent(localShare(image))} of bytes local`);
  const beside =
    sent > 0 ? ` Sent ${byteSize(sent)}, fetched ${byteSize(fetchedBytes)} over the WAN.` : '';
  return `This image: ${parts.join(', ')}.${beside}`;
}
