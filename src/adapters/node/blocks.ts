// Blocks of memory that are lent again and again. What holds them is counted, so that a block comes
// back only when nobody can look at it any more.
import type { Blocks } from '../../ports/runtime.ts';

export interface BlocksOptions {
  /** Bytes of a block: those of a chunk. Memory of any other size is plain, and used once. */
  readonly size: number;
  /** What may lie ready to be lent, in bytes; what comes back beyond that is left to the collector. */
  readonly readyBytes: number;
}

/**
 * Plain memory. Shared memory would spare the hashing threads a copy, but V8 does not count it, so
 * that garbage would pile up to gigabytes before it is collected.
 *
 * Each loan is a view of its own over its block: whoever releases it once more when it is over means
 * a loan that is gone, and can't touch the next one.
 */
export function createBlocks({ size, readyBytes }: BlocksOptions): Blocks {
  const holders = new WeakMap<Uint8Array, number>();
  const ready: ArrayBufferLike[] = [];
  const most = Math.floor(readyBytes / size);

  return {
    lend(wanted) {
      if (wanted !== size) return new Uint8Array(wanted);
      const bytes = new Uint8Array(ready.pop() ?? new ArrayBuffer(size));
      holders.set(bytes, 1);
      return bytes;
    },
    hold(bytes) {
      const count = holders.get(bytes);
      if (count !== undefined) holders.set(bytes, count + 1);
    },
    release(bytes) {
      const count = holders.get(bytes);
      if (count === undefined) return;
      if (count > 1) {
        holders.set(bytes, count - 1);
        return;
      }
      holders.delete(bytes);
      if (ready.length < most) ready.push(bytes.buffer);
    },
  };
}
