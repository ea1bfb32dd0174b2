// Reading an origin's body to its end, within bounds.
import type { OriginBody } from '../ports/origin.ts';

export type WholeBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'oversized' };

/** All of the body, or `oversized` (and the body cancelled) when it is more than `limit` bytes. */
export async function readWhole(body: OriginBody, limit: number): Promise<WholeBody> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    length += piece.length;
    if (length > limit) {
      body.cancel();
      return { kind: 'oversized' };
    }
    pieces.push(piece);
  }
  return { kind: 'whole', bytes: join(pieces, length) };
}

/** An error text is a few hundred bytes; more than this costs less as a closed connection. */
const DISCARD_LIMIT = 64 * 1024;

/** Reads a short body out so that its connection can be used again; cancels a long or broken one. */
export async function discardBody(body: OriginBody): Promise<void> {
  try {
    await readWhole(body, DISCARD_LIMIT);
  } catch {
    body.cancel();
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first) return first.slice();
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
