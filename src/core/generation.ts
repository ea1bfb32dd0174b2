// Generations: which bytes an image's data are. Data is cached under its generation, so other bytes
// are another key, whatever happens to the image.
import type { ImageId } from './image-id.ts';
import type { ImageRecord } from './image-record.ts';

export interface Generation {
  readonly region: string;
  readonly imageId: ImageId;
  /** `os_hash_algo`, lower case. */
  readonly algorithm: string;
  /** `os_hash_value`, hexadecimal in lower case. */
  readonly value: string;
  readonly size: number;
}

export type Cacheability =
  | { readonly kind: 'cacheable'; readonly generation: Generation }
  | { readonly kind: 'uncacheable'; readonly reason: UncacheableReason };

/** Why data is only relayed: the words stand in `Cache-Status` as `detail`. */
export type UncacheableReason = 'not-active' | 'no-size' | 'empty' | 'no-hash';

/** Whether an image's data can be cached, and as which generation. */
export function cacheability(region: string, record: ImageRecord): Cacheability {
  if (record.status !== 'active') return { kind: 'uncacheable', reason: 'not-active' };
  if (record.size === null || record.size < 0) return { kind: 'uncacheable', reason: 'no-size' };
  if (record.size === 0) return { kind: 'uncacheable', reason: 'empty' };
  const algorithm = record.hashAlgorithm?.toLowerCase() ?? '';
  const value = record.hashValue?.toLowerCase() ?? '';
  if (!/^[a-z0-9_]{1,32}$/.test(algorithm) || !/^[0-9a-f]{32,256}$/.test(value)) {
    return { kind: 'uncacheable', reason: 'no-hash' };
  }
  const { id: imageId, size } = record;
  return { kind: 'cacheable', generation: { region, imageId, algorithm, value, size } };
}

/** One string for one generation. */
export function generationKey(generation: Generation): string {
  const { region, imageId, algorithm, value, size } = generation;
  return `${region}/${imageId}/${algorithm}:${value}/${size}`;
}
