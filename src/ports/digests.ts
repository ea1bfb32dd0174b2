// Hashing, kept behind a port because each runtime has its own best way: threads on Node.

export interface Digests {
  /** HMAC-SHA-256 under the gateway's secret, as base64url: how tokens and manifests are named and sealed. */
  keyed(text: string): string;
  /** SHA-256 in hexadecimal of a chunk, computed off the event loop where the runtime can. */
  chunk(bytes: Uint8Array): Promise<string>;
  /**
   * A running hash under Glance's `os_hash_algo` (`sha512` unless the operator chose otherwise);
   * null for an algorithm that the runtime does not have.
   */
  image(algorithm: string): ImageDigest | null;
}

/** A running hash over image data in order. */
export interface ImageDigest {
  /** Takes the next bytes in; they must not change until the promise settles. */
  update(bytes: Uint8Array): Promise<void>;
  /** The hash in hexadecimal; the digest can't be used afterwards. */
  finish(): Promise<string>;
  /** Gives it up without a result. */
  discard(): void;
}
