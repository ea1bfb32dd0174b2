// Digests computed where they are asked for: for Workers, which have no threads, and for small inputs.
import { createHash, createHmac, type Hash } from 'node:crypto';
import type { Digests, ImageDigest } from '../ports/digests.ts';
import { opensslName } from './hash-names.ts';

export function createInlineDigests({ secret }: { readonly secret: string | Uint8Array }): Digests {
  return {
    keyed: (text) => createHmac('sha256', secret).update(text).digest('base64url'),
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
