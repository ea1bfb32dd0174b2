// Digests computed where they are asked for: for Workers, which have no threads, and for small inputs.
import { createHash, createHmac, createSecretKey, type Hash } from 'node:crypto';
import type { Digests, ImageDigest } from '../ports/digests.ts';
import { opensslName } from './hash-names.ts';

export function createInlineDigests({ secret }: { readonly secret: string | Uint8Array }): Digests {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  // Made once: Node takes five times as long to make a key of bytes as to use it.
  const key = createSecretKey(bytes);
  return {
    keyed: (text) => createHmac('sha256', key).update(text).digest('base64url'),
    chunk: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
    image(algorithm) {
      const hash = openHash(algorithm);
      return hash === null ? null : inlineImageDigest(hash);
    },
  };
}

/** Null for an algorithm that the runtime's OpenSSL does not have. */
function openHash(algorithm: string): Hash | null {
  const name = opensslName(algorithm);
  if (name === null) return null;
  try {
    return createHash(name);
  } catch {
    return null;
  }
}

function inlineImageDigest(hash: Hash): ImageDigest {
  return {
    async update(bytes) {
      hash.update(bytes);
    },
    finish: async () => hash.digest('hex'),
    discard() {},
  };
}
