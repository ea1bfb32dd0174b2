// Chunks: image data cut into aligned pieces of one size; and which slices of them a response is.

/** The cut of one image: every chunk is `chunkSize` bytes, the last one what remains. */
export interface ChunkLayout {
  readonly size: number;
  readonly chunkSize: number;
}

/** The part of a chunk that a response needs: bytes `from` up to, not including, `to` of chunk `index`. */
export interface Slice {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/**
 * 4 TiB in chunks of 4 MiB. What a manifest and a fill keep of each chunk is small, but a record may
 * claim any size: Glance takes the length that a web server tells for a location on it.
 */
const MAX_CHUNKS = 2 ** 20;

/** Whether an image is small enough to be cut up. */
export function canBeCut(layout: ChunkLayout): boolean {
  return chunkCount(layout) <= MAX_CHUNKS;
}

export function chunkCount(layout: ChunkLayout): number {
  return Math.ceil(layout.size / layout.chunkSize);
}

/** Bytes of chunk `index`. */
export function chunkLength(layout: ChunkLayout, index: number): number {
  return Math.min(layout.chunkSize, layout.size - index * layout.chunkSize);
}

/** The slice of the chunk that holds byte `position`, as far as `end` (not included). */
export function sliceAt(layout: ChunkLayout, position: number, end: number): Slice {
  const index = Math.floor(position / layout.chunkSize);
  const base = index * layout.chunkSize;
  return {
    index,
    from: position - base,
    to: Math.min(end - base, chunkLength(layout, index)),
  };
}
