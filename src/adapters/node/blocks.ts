// Blocks of memory that are lent again and again. What holds them is counted, so that a block comes
// back only when nobody can look at it any more.
import type { Blocks } from '../../ports/runtime.ts';

export interface BlocksOptions {
  /** Bytes of the blocks that are lent again: these, and all multiples of `step`. */
  readonly size: number;
  readonly step: number;
  /** What may lie ready to be lent, in bytes; what comes back beyond that is given up at once. */
  readonly readyBytes: number;
}

interface Loan {
  readonly size: number;
  holders: number;
}

/**
 * Plain memory. Shared memory would spare the hashing threads a copy, but V8 does not count it, so
 * that garbage would pile up to gigabytes before it is collected.
 *
 * Each loan is a view of its own over its block: whoever releases it once more when it is over means
 * a loan that is gone, and can't touch the next one.
 */
export function createBlocks({ size, step, readyBytes }: BlocksOptions): Blocks {
  const loans = new WeakMap<Uint8Array, Loan>();
  let lent = 0;
  const collected = new FinalizationRegistry<Loan>((loan) => {
    if (loan.holders > 0) lent -= loan.size;
  });
  const shelf = createShelf(readyBytes);

  return {
    lend(wanted) {
      const bytes = new Uint8Array(shelf.take(wanted) ?? new ArrayBuffer(wanted));
      const loan = { size: wanted, holders: 1 };
      loans.set(bytes, loan);
      collected.register(bytes, loan);
      lent += wanted;
      return bytes;
    },
    hold(bytes) {
      const loan = loans.get(bytes);
      if (loan) loan.holders += 1;
      return loan !== undefined;
    },
    release(bytes) {
      const loan = loans.get(bytes);
      if (!loan) return;
      loan.holders -= 1;
      if (loan.holders > 0) return;
      loans.delete(bytes);
      lent -= loan.size;
      if (loan.size === size || loan.size % step === 0) shelf.put(bytes.buffer);
      else giveUp(bytes.buffer);
    },
    lent: () => lent,
  };
}

/** Blocks that lie ready, by their size. When there are too many, those of the size that was put least lately go. */
function createShelf(mostBytes: number) {
  const bySize = new Map<number, ArrayBufferLike[]>();
  let bytes = 0;
  return {
    take(size: number): ArrayBufferLike | undefined {
      const block = bySize.get(size)?.pop();
      if (block) bytes -= size;
      return block;
    },
    put(block: ArrayBufferLike): void {
      const size = block.byteLength;
      const blocks = bySize.get(size) ?? [];
      bySize.delete(size);
      bySize.set(size, blocks);
      blocks.push(block);
      bytes += size;
      for (const [other, waiting] of bySize) {
        while (bytes > mostBytes && waiting.length > 0) {
          giveUp(waiting.pop());
          bytes -= other;
        }
        if (waiting.length === 0) bySize.delete(other);
      }
    },
  };
}

/**
 * To the system, without waiting for the collector: blocks that were only dropped came to half as much
 * again as was lent. Whoever still looked at one would find it empty.
 */
function giveUp(block: ArrayBufferLike | undefined): void {
  if (block instanceof ArrayBuffer) block.transfer(0);
}
