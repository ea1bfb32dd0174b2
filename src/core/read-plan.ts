// How much of a chunk is read from where it lies: all of it, which then stays in memory for whoever
// comes next, or the part alone that one answer needs next.

/** What an answer needs next of a chunk: bytes `from` up to, not including, `to`. */
export interface ChunkNeed {
  readonly from: number;
  readonly to: number;
  /** Bytes of the whole chunk. */
  readonly length: number;
}

export interface Room {
  /** Bytes of chunk memory that may still be lent; below 0 when more is lent than should be. */
  readonly bytes: number;
  /** What one answer may hold at a time where there is none, in bytes. */
  readonly partBytes: number;
}

export type ReadPlan =
  | { readonly kind: 'whole' }
  /** As far as byte `to`, not included. */
  | { readonly kind: 'part'; readonly to: number };

/** A range of more than this is no small one, however large the chunks are. */
const MOST_OF_A_RANGE = 1024 * 1024;

/** Parts that are lent beyond what should be before they get smaller: of 256 KiB, these are 64 MiB. */
const MANY_PARTS = 256;

/**
 * A chunk of which as much was read in parts as it measures is read whole, so that it is found in memory
 * from then on: whatever is asked for, no more than twice as much is read as would have been right.
 *
 * @param readInParts what was read of this chunk in parts lately, in bytes
 */
export function planRead(need: ChunkNeed, room: Room, readInParts: number): ReadPlan {
  const { from, to, length } = need;
  if (readInParts >= length) return WHOLE;
  if (room.bytes <= 0) return { kind: 'part', to: partEnd(need, room) };
  const isSmall = to - from <= Math.min(length / 4, MOST_OF_A_RANGE);
  return isSmall ? { kind: 'part', to } : WHOLE;
}

/**
 * How far of what it needs an answer may hold; at a multiple of the size of parts, so that each is as few
 * reads of the disk as can be.
 */
export function partEnd({ from, to }: ChunkNeed, { bytes, partBytes }: Room): number {
  if (bytes > 0) return to;
  const size = bytes > -MANY_PARTS * partBytes ? partBytes : Math.ceil(partBytes / 2);
  return Math.min(to, (Math.floor(from / size) + 1) * size);
}

const WHOLE: ReadPlan = { kind: 'whole' };
