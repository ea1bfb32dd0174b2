// The shared memory through which bytes reach a hashing thread: few blocks, used again and again.

export interface Scratches {
  /** The bytes where the thread can read them, or null while every block is in use. */
  copyOf(bytes: Uint8Array): Scratch | null;
  giveBack(scratch: Scratch): void;
}

export interface Scratch {
  readonly bytes: Uint8Array;
  /** Null for bytes that were shared already. */
  readonly block: SharedArrayBuffer | null;
}

/** One block being hashed and one being filled. */
const BLOCKS = 2;

/**
 * Never more than two blocks: a thread that makes next to no garbage of its own next to never collects,
 * and what it has once been sent stays until it does.
 */
export function createScratches(): Scratches {
  const free: (SharedArrayBuffer | null)[] = Array.from({ length: BLOCKS }, () => null);
  return {
    copyOf(bytes) {
      if (bytes.buffer instanceof SharedArrayBuffer) return { bytes, block: null };
      if (free.length === 0) return null;
      const last = free.pop() ?? null;
      const fits = last !== null && last.byteLength >= bytes.byteLength;
      const block = fits ? last : new SharedArrayBuffer(bytes.byteLength);
      const copy = new Uint8Array(block, 0, bytes.byteLength);
      copy.set(bytes);
      return { bytes: copy, block };
    },
    giveBack({ block }) {
      if (block !== null) free.push(block);
    },
  };
}
