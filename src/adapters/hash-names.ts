// Glance names hashes as Python's hashlib does, OpenSSL names some of them otherwise.

const OPENSSL_NAMES: Readonly<Record<string, string>> = {
  md5: 'md5',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  sha512_224: 'sha512-224',
  sha512_256: 'sha512-256',
  sha3_224: 'sha3-224',
  sha3_256: 'sha3-256',
  sha3_384: 'sha3-384',
  sha3_512: 'sha3-512',
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  ripemd160: 'ripemd160',
  sm3: 'sm3',
};

/** OpenSSL's name for an `os_hash_algo`; null for one that has none, or no fixed length. */
export function opensslName(algorithm: string): string | null {
  const name = algorithm.toLowerCase();
  return Object.hasOwn(OPENSSL_NAMES, name) ? (OPENSSL_NAMES[name] ?? null) : null;
}
