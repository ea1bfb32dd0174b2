// A verifier over certificates that a test lays out by id, at a time that it sets.
import { nodeSignatures } from '../../../src/adapters/node/signatures.ts';
import type { CertificateSource } from '../../../src/image-api/signature/certificate-source.ts';
import { createVerifier, type VerifierOptions } from '../../../src/image-api/signature/verifier.ts';

export const DAY = 24 * 60 * 60 * 1000;

export const IMAGE: Uint8Array = new TextEncoder().encode('the bytes of an image');

export type Certificates = Readonly<Record<string, Uint8Array | Error>>;

/** An `Error` is thrown, what is not there is null. */
export function certificateSource(certificates: Certificates): CertificateSource {
  return {
    async get(id) {
      const kept = certificates[id];
      if (kept instanceof Error) throw kept;
      return kept ?? null;
    },
  };
}

export type Setting = Partial<Omit<VerifierOptions, 'certificates' | 'clock'>> & {
  readonly certificates: Certificates;
  /** Epoch ms; now unless given. */
  readonly now?: number;
  readonly image?: Uint8Array;
};

/** Verifies an image with these properties, in two pieces; rejects with what the verifier throws. */
export async function verifyImage(
  properties: Readonly<Record<string, unknown>>,
  { certificates, now = Date.now(), image = IMAGE, ...options }: Setting,
): Promise<void> {
  const verifier = await createVerifier(properties, {
    trustedCerts: null,
    enableCertificateValidation: false,
    defaultTrustedCertificateIds: [],
    signatures: nodeSignatures,
    ...options,
    certificates: certificateSource(certificates),
    clock: { now: () => now },
  });
  verifier.update(image.subarray(0, 5));
  verifier.update(image.subarray(5));
  verifier.verify();
}

export function signatureProperties(
  signature: string,
  method: string,
  keyType: string,
  certificateId = 'signer',
): Record<string, unknown> {
  return {
    img_signature: signature,
    img_signature_hash_method: method,
    img_signature_key_type: keyType,
    img_signature_certificate_uuid: certificateId,
  };
}
