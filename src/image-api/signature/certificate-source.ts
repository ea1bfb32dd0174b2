// Where certificates are kept: what a download asks for the signing and the trusted ones.

export interface CertificateSource {
  /**
   * The certificate of that id, as DER or PEM; null when there is none. Rejects when that can't be
   * known. The id comes from an image's properties: whoever may write those picks it.
   */
  get(id: string): Promise<Uint8Array | null>;
}

/** Ids are UUIDs in Barbican; a folder may hold names. Neither can lead out of where it is looked up. */
const CERTIFICATE_ID = /^[0-9A-Za-z][0-9A-Za-z_-]{0,127}$/;

/** The id itself, or the last part of a secret's href; null for what can't be one. */
export function parseCertificateId(reference: string): string | null {
  const id = reference.slice(reference.lastIndexOf('/') + 1);
  return CERTIFICATE_ID.test(id) ? id : null;
}

/** Larger than any certificate in use (some 2 KiB) and than Barbican's own limit for a secret (20,000 bytes). */
export const MAX_CERTIFICATE_BYTES: number = 64 * 1024;
