// What an image's properties claim of its signature; read before anything is fetched or downloaded.
import type { CertificateKey, SignatureHash, SignatureScheme } from '../../ports/signatures.ts';
import { SignatureVerificationError } from '../errors.ts';

export interface SignatureClaim {
  readonly signature: Uint8Array;
  readonly hash: SignatureHash;
  /** One of `KEY_TYPES`. */
  readonly keyType: string;
  readonly certificateId: string;
}

/**
 * Reads the four `img_signature*` properties. Throws SignatureVerificationError, which names the
 * property that is missing, or the value that is not known. Base64 may hold white space, as
 * `base64 -w 64` writes it; other characters are refused, where Python would skip them.
 */
export function readSignatureClaim(properties: Readonly<Record<string, unknown>>): SignatureClaim {
  const text = (name: string): string => readText(properties, name);
  const claimed = {
    certificateId: text('img_signature_certificate_uuid'),
    method: text('img_signature_hash_method'),
    signature: text('img_signature'),
    keyType: text('img_signature_key_type'),
  };
  const signature = decodeBase64(claimed.signature);
  const hash = HASH_METHODS.get(claimed.method);
  if (hash === undefined) {
    throw new SignatureVerificationError(
      `Invalid signature hash method: ${shown(claimed.method)}.`,
    );
  }
  if (!KEY_TYPES.has(claimed.keyType)) {
    throw new SignatureVerificationError(`Invalid signature key type: ${shown(claimed.keyType)}.`);
  }
  return { signature, hash, keyType: claimed.keyType, certificateId: claimed.certificateId };
}

/**
 * How the claim's signature is checked with a key. Throws SignatureVerificationError when the key is
 * not of the claimed type. An elliptic key must be on the claimed curve: cursive takes any curve under
 * each of the names, a weaker one than the name says included.
 */
export function chooseScheme(claim: SignatureClaim, key: CertificateKey): SignatureScheme {
  const { hash, keyType } = claim;
  const expected = KEY_TYPES.get(keyType);
  if (key.kind !== expected?.kind || (key.kind === 'ec' && key.curve !== expected.curve)) {
    throw new SignatureVerificationError(
      `Invalid public key type for signature key type: ${keyType}.`,
    );
  }
  if (key.kind !== 'rsa') return { kind: key.kind === 'ec' ? 'ecdsa' : 'dsa', hash };
  const saltBytes = longestSalt(key.bits, hash);
  if (saltBytes < 0) {
    throw new SignatureVerificationError('The RSA key is too short for the signature hash method.');
  }
  return { kind: 'rsa-pss', hash, saltBytes };
}

const HASH_METHODS: ReadonlyMap<string, SignatureHash> = new Map([
  ['SHA-224', 'sha224'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

const HASH_BYTES: Readonly<Record<SignatureHash, number>> = {
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** The key each type stands for; `curve` is empty where there is none. */
const KEY_TYPES: ReadonlyMap<string, { readonly kind: string; readonly curve: string }> = new Map([
  ['RSA-PSS', { kind: 'rsa', curve: '' }],
  ['DSA', { kind: 'dsa', curve: '' }],
  ...['sect571k1', 'sect409k1', 'sect571r1', 'sect409r1', 'secp521r1', 'secp384r1'].map(
    (curve) => [`ECC_${curve.toUpperCase()}`, { kind: 'ec', curve }] as const,
  ),
]);

/** What fits beside the hash and the two fixed octets (RFC 8017, 9.1.1); signers use exactly that. */
function longestSalt(modulusBits: number, hash: SignatureHash): number {
  return Math.ceil((modulusBits - 1) / 8) - HASH_BYTES[hash] - 2;
}

function readText(properties: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new SignatureVerificationError(
    'Required image properties for signature verification do not exist. ' +
      `Cannot verify signature. Missing property: ${name}.`,
  );
}

/** Runs of four, the last one padded; white space is gone already. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeBase64(text: string): Uint8Array {
  const packed = text.replace(/\s/g, '');
  if (packed === '' || !BASE64.test(packed)) {
    throw new SignatureVerificationError(
      'The signature data was not properly encoded using base64.',
    );
  }
  return Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
}

/** Enough to recognize a value by; properties can be 64 KiB long. */
function shown(value: string): string {
  return value.length > 64 ? `${value.slice(0, 64)}…` : value;
}
