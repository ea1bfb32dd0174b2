// Manifests: the proof that a generation was streamed whole and verified, and the names of its
// chunks. No manifest, no cached data: a chunk can't be reached without one.
import { type ChunkLayout, chunkCount } from './chunk-plan.ts';
import type { Generation } from './generation.ts';

export interface Manifest extends ChunkLayout {
  /** SHA-256 in hexadecimal of each chunk, in order. */
  readonly digests: readonly string[];
}

const VERSION = 1;
const DIGEST_DIGITS = 64;

export function encodeManifest(manifest: Manifest): Uint8Array {
  const { size, chunkSize, digests } = manifest;
  return new TextEncoder().encode(
    JSON.stringify({ version: VERSION, size, chunkSize, digests: digests.join('') }),
  );
}

/** Null when the bytes are no manifest of that generation: another version, a wrong count. */
export function decodeManifest(bytes: Uint8Array, generation: Generation): Manifest | null {
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { version, size, chunkSize, digests } = json;
    if (version !== VERSION || size !== generation.size) return null;
    if (!Number.isSafeInteger(chunkSize) || (chunkSize as number) <= 0) return null;
    if (typeof digests !== 'string' || !/^[0-9a-f]*$/.test(digests)) return null;
    const layout = { size: generation.size, chunkSize: chunkSize as number };
    if (digests.length !== chunkCount(layout) * DIGEST_DIGITS) return null;
    return { ...layout, digests: cut(digests) };
  } catch {
    return null;
  }
}

function cut(digests: string): readonly string[] {
  const count = digests.length / DIGEST_DIGITS;
  return Array.from({ length: count }, (_, at) =>
    digests.slice(at * DIGEST_DIGITS, (at + 1) * DIGEST_DIGITS),
  );
}
