// Blocks that spoil what nobody holds any more: whoever still looks at it, or sends it, is found out
// by the bytes.
import { createBlocks } from '../../src/adapters/node/blocks.ts';
import type { Blocks } from '../../src/ports/runtime.ts';

export type PoisonedBlocks = Blocks & {
  /** Loans of memory that had been lent before. */
  readonly reused: () => number;
};

export function createPoisonedBlocks(size: number): PoisonedBlocks {
  const blocks = createBlocks({ size, step: 1, readyBytes: Number.MAX_SAFE_INTEGER });
  const known = new WeakSet<ArrayBufferLike>();
  const holders = new Map<Uint8Array, number>();
  let reused = 0;
  return {
    reused: () => reused,
    lent: () => blocks.lent(),
    lend(wanted) {
      const bytes = blocks.lend(wanted);
      if (known.has(bytes.buffer)) reused += 1;
      known.add(bytes.buffer);
      holders.set(bytes, 1);
      return bytes;
    },
    hold(bytes) {
      const count = holders.get(bytes);
      if (count !== undefined) holders.set(bytes, count + 1);
      return blocks.hold(bytes);
    },
    release(bytes) {
      const count = holders.get(bytes);
      if (count === 1) {
        holders.delete(bytes);
        bytes.fill(0xdb);
      } else if (count !== undefined) holders.set(bytes, count - 1);
      blocks.release(bytes);
    },
  };
}
