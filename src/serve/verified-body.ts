// Image data that is relayed although its hash is known: hashed as it passes, its end held back until
// the hash has matched, so that a relayed download keeps the promise that a cached one does.
import { GatewayFailure } from '../core/failure.ts';
import type { Generation } from '../core/generation.ts';
import type { ImageDigest } from '../ports/digests.ts';
import type { AnswerBody } from './exchange.ts';

/** @param digest a new one, of the generation's algorithm */
export function verifiedBody(
  body: AnswerBody,
  generation: Generation,
  digest: ImageDigest,
): AnswerBody {
  let held: Uint8Array | null = null;
  let length = 0;
  let over = false;

  return {
    async read() {
      try {
        while (!over) {
          const piece = await body.read();
          if (piece === null) await verify();
          else await take(piece);
          const released: Uint8Array | null = held;
          held = piece;
          if (released) return released;
        }
        return null;
      } catch (thrown) {
        cancel();
        throw thrown;
      }
    },
    cancel,
    // One piece of what was read is still held back here.
    sent: () => undefined,
  };

  function cancel(): void {
    if (!over) digest.discard();
    over = true;
    body.cancel();
  }

  async function take(piece: Uint8Array): Promise<void> {
    length += piece.length;
    if (length > generation.size) throw mismatch();
    await digest.update(piece);
  }

  async function verify(): Promise<void> {
    over = true;
    const value = await digest.finish();
    if (length !== generation.size || value !== generation.value) throw mismatch();
  }
}

function mismatch(): GatewayFailure {
  return new GatewayFailure('data-mismatch', 'The image data is not what its record says.');
}
