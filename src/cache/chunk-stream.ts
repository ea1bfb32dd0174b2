// Bytes of a chunk as one answer reads them, from a tier or from a fill.
import type { AtOnce } from '../core/at-once.ts';
import type { TierName } from '../ports/tier.ts';

/** Where the bytes of a chunk came from: a tier, or the origin through a fill. */
export type ChunkOrigin = TierName | 'origin';

/** One chunk, or a part of it, read by one reader. */
export interface ChunkStream {
  readonly from: ChunkOrigin;
  /** The bytes from `offset` of the chunk on that are there: at least one; waits for them when need be. */
  read(offset: number): AtOnce<Uint8Array>;
  /** What was read will not be looked at again. */
  release(): void;
}

export interface ChunkRead {
  readonly stream: ChunkStream;
  /** How far it goes in the chunk: the byte after the last one that may be read from it. */
  readonly to: number;
  /** Whether a reader that lets go of it in the middle can count on finding the rest again. */
  readonly again: boolean;
}
