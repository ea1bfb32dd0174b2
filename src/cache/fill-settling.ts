// What happens to a chunk of a fill once it is whole: named by its digest, checked, stored, let go.
import { GatewayFailure } from '../core/failure.ts';
import type { HeldChunk } from './fill-board.ts';
import type { FillContext } from './fill-context.ts';

export interface Settling {
  /** Rejects with `data-mismatch` when the chunk is not what it is known to be. */
  settle(index: number, chunk: HeldChunk): Promise<void>;
  /** Lets go of the chunk if nothing needs it to be held any more. */
  release(index: number): void;
}

export function createSettling(context: FillContext): Settling {
  const { board, job, options, watch } = context;
  // A repair takes no whole-image hash: its chunks have digests to match.
  const isHashed = (index: number): boolean => job.manifest !== null || index < board.hashed;
  /** Chunks held only for others to catch up: whether a tier below memory has them. */
  const stored = new Map<number, boolean>();
  return { settle, release };

  async function settle(index: number, chunk: HeldChunk): Promise<void> {
    const { bytes } = chunk;
    options.blocks.hold(bytes);
    board.storing += 1;
    const digest = await options.digests.chunk(bytes);
    const expected = job.manifest?.digests[index] ?? board.digest(index);
    if (expected !== undefined && expected !== digest) {
      throw new GatewayFailure('data-mismatch', 'The origin sent other bytes than it did before.');
    }
    board.setDigest(index, digest);
    board.arrived(index, chunk, bytes.length);
    board.wake(index);
    const kept = await options.chunks.store(digest, bytes);
    watch.stored(kept.tiers);
    board.storing -= 1;
    stored.set(index, kept.below);
    release(index);
    board.stir();
    // A write that failed for being late may still be under way.
    if (kept.tiers.every(({ answer }) => answer !== 'failed')) options.blocks.release(bytes);
  }

  /**
   * Goes for chunks that are stored and hashed. While only memory has one, and may forget it the next
   * moment, it is held until the fastest reader has passed: so nobody but the fastest sets the
   * pace, and without a disk no data is fetched in vain. When somebody else needs what comes later,
   * more than the window is not held: the slow one has to fetch again.
   */
  function release(index: number): void {
    const below = stored.get(index);
    if (below === undefined) return;
    const ahead = context.farAhead(index);
    const unhashed = !isHashed(index) && !ahead;
    const roomy = board.heldCount <= options.window() + options.lanes;
    const awaited = !below && !ahead && roomy && context.readers.awaits(index);
    if (unhashed || awaited) return;
    stored.delete(index);
    const held = board.held(index);
    board.release(index);
    if (held) options.blocks.release(held.bytes);
  }
}
