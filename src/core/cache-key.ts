// Cache keys: the versioned names of entries in all tiers. A change of what an entry means is a new
// version, so that a newer gateway never reads what an older one wrote.
import { type Generation, generationKey } from './generation.ts';
import type { ImageId } from './image-id.ts';

/** A chunk is named by its own SHA-256: equal bytes are kept once, wrong bytes can't be reached. */
export function chunkKey(digest: string): string {
  return `chunk/1/${digest}`;
}

export function manifestKey(generation: Generation): string {
  return `manifest/1/${generationKey(generation)}`;
}

/** The mark that changes whenever the image may have changed. */
export function epochKey(region: string, imageId: ImageId): string {
  return `epoch/1/${region}/${imageId}`;
}

/**
 * A record as one caller saw it in one epoch of the image.
 *
 * @param caller keyed digest of the token pair
 * @param target raw path and query
 */
export function recordKey(
  region: string,
  imageId: ImageId,
  epoch: string,
  caller: string,
  target: string,
): string {
  return `record/1/${region}/${imageId}/${epoch}/${caller}${target}`;
}
