// Image data out of nothing: noise that looks random, can't be compressed, and is the same in
// every run, so that a test or the demo can tell a right byte from a wrong one.
import { createCipheriv, createHash } from 'node:crypto';

const PIECE_BYTES = 1024 * 1024;

/** `size` bytes of noise that follow from `seed` alone, in pieces of 1 MiB at most. */
export function* noise(seed: string, size: number): Generator<Uint8Array<ArrayBuffer>> {
  const key = createHash('sha256').update(seed).digest();
  // A stream cipher over zeros is noise, at some gigabytes a second.
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  for (let left = size; left > 0; left -= PIECE_BYTES) {
    yield Uint8Array.from(cipher.update(Buffer.alloc(Math.min(left, PIECE_BYTES))));
  }
}
