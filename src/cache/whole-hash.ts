// The whole-image hash of a fill: taken in order while the chunks come in, in whatever order.
import { chunkLength } from '../core/chunk-plan.ts';
import { GatewayFailure } from '../core/failure.ts';
import type { FillContext } from './fill-context.ts';

/**
 * Settles when all chunks are hashed and the hash is the record's; rejects with `data-mismatch`
 * when it is another.
 *
 * @param onHashed told of each chunk that the hash has passed
 */
export async function hashWhole(
  context: FillContext,
  onHashed: (index: number) => void,
): Promise<void> {
  const { board, job, options } = context;
  const { watch } = context.watch;
  const whole = options.digests.image(job.generation.algorithm);
  if (!whole) throw new GatewayFailure('internal', 'The hash algorithm is not available here.');
  try {
    while (board.hashed < board.count) {
      const index = board.hashed;
      const bytes = await fetched(index);
      await whole.update(bytes);
      options.blocks.release(bytes);
      board.hashed = index + 1;
      onHashed(index);
    }
  } catch (thrown) {
    whole.discard();
    throw thrown;
  }
  if ((await whole.finish()) !== job.generation.value) {
    throw new GatewayFailure(
      'data-mismatch',
      'The image data does not have the hash of its record.',
    );
  }

  /** Held for the hash. */
  async function fetched(index: number): Promise<Uint8Array> {
    for (;;) {
      const held = board.held(index);
      const digest = board.digest(index);
      // One that is being fetched again is not whole yet, though its digest is known.
      if (held && digest !== undefined && held.filled === held.bytes.length) {
        options.blocks.hold(held.bytes);
        return held.bytes;
      }
      if (!held && digest !== undefined) {
        const found = await options.chunks.lookup(digest, chunkLength(job.layout, index), watch);
        if (found.kind === 'hit') return found.bytes;
        if (board.held(index)) continue;
        board.lost(index);
      }
      await board.moved();
    }
  }
}
