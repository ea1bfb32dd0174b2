// Whether a download's signature is checked, and against which certificates (Nova's `_get_verifier`).
import type { Clock } from '../ports/runtime.ts';
import type { Signatures } from '../ports/signatures.ts';
import type { DownloadParts } from './download/download-image.ts';
import type { ImageApiOptions } from './options.ts';
import { type CertificateSource, createVerifier } from './signature/verifier.ts';

/** With `trustedCerts`, or with `verifySignatures`; null for everything else. */
export function createVerifierChoice(
  options: ImageApiOptions,
  lent: { readonly signatures: Signatures; readonly clock: Clock },
): DownloadParts['verifierOf'] {
  return async (record, trustedCerts) => {
    if (trustedCerts === null && !options.verifySignatures) return null;
    return createVerifier(record, {
      trustedCerts,
      enableCertificateValidation: options.enableCertificateValidation ?? false,
      defaultTrustedCertificateIds: options.defaultTrustedCertificateIds ?? [],
      certificates: options.certificates ?? NO_CERTIFICATES,
      ...lent,
    });
  };
}

const NO_CERTIFICATES: CertificateSource = { get: async () => null };
