// X.509 certificates and the signatures made with their keys, kept behind a port because the
// cryptography is the runtime's. What is trusted, and why, is decided by the caller.

/** The hash methods of image signatures. */
export type SignatureHash = 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** A certificate, with what can be known of it only by reading its key. */
export interface Certificate {
  /** The whole certificate (RFC 5280, 4.1), nothing behind it. */
  readonly der: Uint8Array;
  /** Epoch ms, inclusive; NaN when the runtime can't read it. */
  readonly notBefore: number;
  /** Epoch ms, inclusive; NaN when the runtime can't read it. */
  readonly notAfter: number;
  readonly key: CertificateKey;
}

export type CertificateKey =
  /** `bits`: length of the modulus. */
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'dsa' }
  /** `curve`: its name in lower case, as in `secp384r1`; empty for a curve without one. */
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'other' };

/** How the bytes become a signature: RSA-PSS with MGF1 over the same hash, or DSA and ECDSA in DER. */
export type SignatureScheme =
  /** `saltBytes`: the exact length of the salt. */
  | { readonly kind: 'rsa-pss'; readonly hash: SignatureHash; readonly saltBytes: number }
  | { readonly kind: 'dsa' | 'ecdsa'; readonly hash: SignatureHash };

/** A running comparison of bytes with a signature. */
export interface SignatureCheck {
  update(bytes: Uint8Array): void;
  /** Whether the signature is that of the bytes; the check can't be used afterwards. Never throws. */
  matches(): boolean;
}

export interface Signatures {
  /** Reads DER or PEM; null for what is not a certificate with a readable key. */
  readCertificate(bytes: Uint8Array): Certificate | null;
  /** Whether `issuer` is named as the certificate's issuer and its key made the certificate's signature. */
  isIssuedBy(certificate: Certificate, issuer: Certificate): boolean;
  /** Checks bytes against `signature` with the certificate's key, whose kind must suit the scheme. */
  check(certificate: Certificate, scheme: SignatureScheme, signature: Uint8Array): SignatureCheck;
}
