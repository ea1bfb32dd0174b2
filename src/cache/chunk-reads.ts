// Chunks as answers read them: whole while there is memory for that, in parts where a part is all that
// is wanted, and as small copies while what is lent to answers passes its bound.
import { type AtOnce, whenThere } from '../core/at-once.ts';
import { type ChunkNeed, partEnd, planRead, type Room } from '../core/read-plan.ts';
import type { CallWatch } from '../ports/call.ts';
import type { Blocks } from '../ports/runtime.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { ChunkOrigin, ChunkRead, ChunkStream } from './chunk-stream.ts';
import type { ChunkHit, Chunks } from './chunks.ts';

export interface ChunkReads {
  /** From the tiers, at least one byte of what is needed; null when they have not got the chunk. */
  stored(digest: string, need: ChunkNeed, watch: CallWatch): AtOnce<ChunkRead | null>;
  /** A copy of what is needed and at hand in `bytes`, which begin at `need.from`: holds nothing else. */
  copied(from: ChunkOrigin, bytes: Uint8Array, need: ChunkNeed): ChunkRead;
  /** Whether an answer may hold whole chunks, and the next one before it needs it. */
  roomy(): boolean;
}

export interface ChunkReadsOptions {
  readonly chunks: Chunks;
  readonly blocks: Blocks;
  /**
   * Chunk memory that may be lent, in bytes, to all who hold any, before answers have to make do with
   * little. Infinity where no tier lies below memory: what an answer lets go of there is gone.
   */
  readonly roomBytes: () => number;
  /** See Room. */
  readonly partBytes: number;
}

/** Chunks whose parts are counted. What is forgotten is counted anew, and costs some more small reads. */
const COUNTED = 4096;

export function createChunkReads(options: ChunkReadsOptions): ChunkReads {
  const { chunks, blocks, roomBytes, partBytes } = options;
  const readInParts = createBoundedMap<number>(COUNTED);
  /** What whole reads that have begun will have lent, so that not all who ask at once see the same room. */
  let underWay = 0;
  const room = (): Room => ({ bytes: roomBytes() - blocks.lent() - underWay, partBytes });
  const roomy = (): boolean => room().bytes > 0;
  return { stored, copied, roomy };

  function stored(digest: string, need: ChunkNeed, watch: CallWatch): AtOnce<ChunkRead | null> {
    const before = readInParts.get(digest) ?? 0;
    const plan = planRead(need, room(), before);
    if (plan.kind === 'whole') return wholeRead(digest, need, watch);
    const part = { ...need, to: plan.to };
    return whenThere(chunks.lookupPart(digest, need.length, part, watch), (found) => {
      if (found.kind === 'miss') return null;
      if (found.tier !== 'memory') readInParts.set(digest, before + found.within.length);
      return fitted(found, need.from, part);
    });
  }

  async function wholeRead(
    digest: string,
    need: ChunkNeed,
    watch: CallWatch,
  ): Promise<ChunkRead | null> {
    readInParts.delete(digest);
    underWay += need.length;
    const whole = await chunks.lookup(digest, need.length, watch).finally(() => {
      underWay -= need.length;
    });
    return whole.kind === 'miss' ? null : fitted(whole, 0, need);
  }

  /** `base` is where the bytes of the hit begin in the chunk. */
  function fitted(hit: ChunkHit, base: number, need: ChunkNeed): ChunkRead {
    const { bytes, within, tier } = hit;
    const most = partEnd(need, room()) - need.from;
    if (roomy() || within.length <= 2 * most) {
      const stream: ChunkStream = {
        from: tier,
        read: (offset) => bytes.subarray(offset - base),
        release: () => chunks.release(hit),
      };
      return { stream, to: need.to, again: true };
    }
    const copy = copied(tier, bytes.subarray(need.from - base), need);
    chunks.release(hit);
    return copy;
  }

  function copied(from: ChunkOrigin, bytes: Uint8Array, need: ChunkNeed): ChunkRead {
    const length = Math.min(bytes.length, partEnd(need, room()) - need.from);
    const copy = blocks.lend(length);
    copy.set(bytes.subarray(0, length));
    const stream: ChunkStream = {
      from,
      read: (offset) => copy.subarray(offset - need.from),
      release: () => blocks.release(copy),
    };
    return { stream, to: need.from + length, again: true };
  }
}
