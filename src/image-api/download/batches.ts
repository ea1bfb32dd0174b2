// Gathers what a socket gives (64 KiB at a time) into batches, so that hashing and writing take few
// trips to their threads.

/** 1 MiB: what Glance's own client reads at a time; two of them are in memory for one download. */
const BATCH_BYTES: number = 1024 * 1024;

/** Reads the next batch, null after the last; `reuse` fills two buffers in turn, else each is new. */
export function createBatches(
  read: () => Promise<Uint8Array | null>,
  { reuse }: { readonly reuse: boolean },
): () => Promise<Uint8Array | null> {
  let spare: Uint8Array = new Uint8Array(0);
  let other: Uint8Array = spare;
  let rest: Uint8Array | null = null;

  function buffer(): Uint8Array {
    if (!reuse) return new Uint8Array(BATCH_BYTES);
    // Shared memory: a hashing thread reads it where it is.
    return other.byteLength > 0 ? other : new Uint8Array(new SharedArrayBuffer(BATCH_BYTES));
  }

  return async () => {
    const batch = buffer();
    let filled = 0;
    while (filled < BATCH_BYTES) {
      const piece = rest ?? (await read());
      rest = null;
      if (piece === null) break;
      const taken = piece.subarray(0, BATCH_BYTES - filled);
      batch.set(taken, filled);
      filled += taken.byteLength;
      if (taken.byteLength < piece.byteLength) rest = piece.subarray(taken.byteLength);
    }
    [other, spare] = [spare, batch];
    return filled === 0 ? null : batch.subarray(0, filled);
  };
}
