// Cache keys: the versioned names of entries in all tiers. A change of what an entry means is a new
// version, so that a newer gateway never reads what an older one wrote.
import { type Generation, generationKey } from './generation.ts';
import type { ImageId } from './image-id.ts';
import { lastText } from './last-text.ts';

/** A chunk is named by its own SHA-256: equal bytes are kept once, wrong bytes can't be reached. */
export function chunkKey(digest: string): string {
  return `chunk/1/${digest}`;
}

export function manifestKey(generation: Generation): string {
  return lastManifestKey(generationKey(generation));
}

const lastManifestKey = lastText((generation: string) => `manifest/1/${generation}`);

/** The mark that changes whenever the image may have changed. */
export const epochKey: (region: string, imageId: ImageId) => string = lastText(
  (region: string, imageId: ImageId) => `epoch/1/${region}/${imageId}`,
);

/**
 * A record as one caller saw it in one epoch of the image.
 *
 * @param caller keyed digest of the token pair
 * @param target raw path and query
 */
export const recordKey: (
  region: string,
  imageId: ImageId,
  epoch: string,
  caller: string,
  target: string,
) => string = lastText(
  (region: string, imageId: ImageId, epoch: string, caller: string, target: string) =>
    `record/1/${region}/${imageId}/${epoch}/${caller}${target}`,
);

/** A caller's right to an image's data. It stays in memory, and has no version. */
export const rightKey: (region: string, imageId: ImageId, caller: string) => string = lastText(
  (region: string, imageId: ImageId, caller: string) => `${region}/${imageId}/${caller}`,
);
