// What stores know a key by.
import { createHash } from 'node:crypto';

/**
 * SHA-256 of the key. Of its UTF-16, because UTF-8 would fold all lone surrogates, and with them
 * different keys, into one.
 */
export function keyDigest(key: string): Buffer {
  return createHash('sha256').update(key, 'utf16le').digest();
}
