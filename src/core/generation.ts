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

// A record that is kept is asked about with each range of its data.
const known = new WeakMap<
  ImageRecord,
  { readonly region: string; readonly answer: Cacheability }
>();

/** Whether an image's data can be cached, and as which generation. */
export function cacheability(region: string, record: ImageRecord): Cacheability {
  const before = known.get(record);
  if (before?.region === region) return before.answer;
  const answer = decide(region, record);
  known.set(record, { region, answer });
  return answer;
}

function decide(region: string, record: ImageRecord): Cacheability {
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

const keys = new WeakMap<Generation, string>();

/** One string for one generation: hundreds of characters, put together once. */
export function generationKey(generation: Generation): string {
  const before = keys.get(generation);
  if (before !== undefined) return before;
  const { region, imageId, algorithm, value, size } = generation;
  const key = `${region}/${imageId}/${algorithm}:${value}/${size}`;
  keys.set(generation, key);
  return key;
}
