// The memory that answers of an origin are read into: few blocks, which are read into again when nobody
// looks at what was read any more. A fresh one for each read would keep V8 collecting all the time.

export interface ReadMemory {
  /** How sockets read, by `net.connect`'s option of that name. */
  readonly onread: {
    /** Where the next read of one socket goes. */
    readonly buffer: () => Uint8Array;
    /** So many bytes have come. */
    readonly callback: (this: Pushed, length: number, bytes: Uint8Array) => boolean;
  };
  /** That part of what was read goes to somebody who may release it. */
  handOut(piece: Uint8Array): void;
  /** Whoever got the piece will not look at it again. What was not handed out is left alone. */
  release(piece: Uint8Array): void;
}

/** A socket. */
interface Pushed {
  push(bytes: Uint8Array): boolean;
}

/** What Node itself reads at a time. */
const BLOCK_BYTES = 64 * 1024;
/** A read of less, such as a whole record, is copied: a block is not taken up by a few bytes. */
const SMALL_BYTES = 16 * 1024;
/** Blocks that lie ready at most, 8 MiB: what 16 reads of image data have in their queues. */
const MOST_READY = 128;

interface Block {
  readonly bytes: Uint8Array;
  /** Bytes of the last read. */
  length: number;
  /** True when its last byte was handed out: what was before the body, such as a head, is parsed by then. */
  ended: boolean;
  /** Bytes of it that somebody may still look at. */
  unreleased: number;
}

export function createReadMemory(): ReadMemory {
  const ready: Block[] = [];
  const blocks = new WeakMap<ArrayBufferLike, Block>();
  const handedOut = new WeakMap<Uint8Array, Block>();

  function next(): Uint8Array {
    const block = ready.pop() ?? newBlock();
    blocks.set(block.bytes.buffer, block);
    return block.bytes;
  }

  function isReady(block: Block | undefined): void {
    if (block && ready.length < MOST_READY) ready.push(block);
  }

  return {
    onread: {
      buffer: next,
      callback(length, bytes) {
        const block = blocks.get(bytes.buffer);
        const read = bytes.subarray(0, length);
        if (length >= SMALL_BYTES && block) {
          Object.assign(block, { length, ended: false, unreleased: 0 });
          return this.push(read);
        }
        isReady(block);
        return this.push(Buffer.from(read));
      },
    },
    handOut(piece) {
      const block = blocks.get(piece.buffer);
      if (!block) return;
      handedOut.set(piece, block);
      block.unreleased += piece.byteLength;
      block.ended = piece.byteOffset + piece.byteLength === block.length;
    },
    // What comes after a body, such as the end of its last chunk, is never handed out: its block is not
    // used again.
    release(piece) {
      const block = handedOut.get(piece);
      if (!block) return;
      handedOut.delete(piece);
      block.unreleased -= piece.byteLength;
      if (block.ended && block.unreleased === 0) isReady(block);
    },
  };
}

function newBlock(): Block {
  const bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  return { bytes, length: 0, ended: false, unreleased: 0 };
}
