// Verifies image data against the signature in the image's properties, as Nova does with cursive.
// Made before the first byte is asked for, so that a bad claim costs no download.
import type { Clock } from '../../ports/runtime.ts';
import type { Certificate, Signatures } from '../../ports/signatures.ts';
import { CertificateValidationFailed, SignatureVerificationError } from '../errors.ts';
import type { CertificateSource } from './certificate-source.ts';
import { validateCertificate } from './certificate-validation.ts';
import { chooseScheme, readSignatureClaim } from './claim.ts';

export type { CertificateSource } from './certificate-source.ts';

export interface VerifierOptions {
  /**
   * Ids that the signing certificate must lead to; given, they are always used, even when validation
   * is off. Null for none given; an empty list trusts nobody.
   */
  readonly trustedCerts: readonly string[] | null;
  /** Whether the certificate must be validated when no `trustedCerts` are given. */
  readonly enableCertificateValidation: boolean;
  /** Trusted then. */
  readonly defaultTrustedCertificateIds: readonly string[];
  readonly certificates: CertificateSource;
  readonly signatures: Signatures;
  readonly clock: Clock;
}

/** Compares image data, in order, with its signature. */
export interface ImageVerifier {
  update(bytes: Uint8Array): void;
  /** Throws SignatureVerificationError unless the signature is that of all bytes so far; ends it. */
  verify(): void;
}

/**
 * Prepares the verification of an image with these properties.
 *
 * Throws SignatureVerificationError when one of the four `img_signature*` properties is missing or
 * not known, or when the signing certificate can't be had or has another type of key; throws
 * CertificateValidationFailed when it is not trusted, or is to be validated and no trusted id is
 * known. The certificate's dates belong to its validation, as in Nova: without one, an image stays
 * verifiable after the certificate that signed it has expired.
 */
export async function createVerifier(
  properties: Readonly<Record<string, unknown>>,
  options: VerifierOptions,
): Promise<ImageVerifier> {
  const claim = readSignatureClaim(properties);
  const certificate = await loadSigningCertificate(claim.certificateId, options);
  const scheme = chooseScheme(claim, certificate.key);
  const trustedIds = chooseTrustedIds(options);
  if (trustedIds !== null) await validateCertificate(certificate, trustedIds, options);

  const check = options.signatures.check(certificate, scheme, claim.signature);
  return {
    update: (bytes) => check.update(bytes),
    verify() {
      if (check.matches()) return;
      throw new SignatureVerificationError('The signature is not that of the image data.');
    },
  };
}

async function loadSigningCertificate(id: string, options: VerifierOptions): Promise<Certificate> {
  let bytes: Uint8Array | null;
  try {
    bytes = await options.certificates.get(id);
  } catch (cause) {
    throw new SignatureVerificationError('Unable to retrieve the signing certificate.', { cause });
  }
  if (bytes === null) {
    throw new SignatureVerificationError('The signing certificate was not found.');
  }
  const certificate = options.signatures.readCertificate(bytes);
  if (certificate !== null) return certificate;
  throw new SignatureVerificationError('The signing certificate is not an X.509 certificate.');
}

/** The ids to validate against; null when the certificate is believed as it is. */
function chooseTrustedIds(options: VerifierOptions): readonly string[] | null {
  if (options.trustedCerts !== null) return options.trustedCerts;
  if (!options.enableCertificateValidation) return null;
  if (options.defaultTrustedCertificateIds.length > 0) return options.defaultTrustedCertificateIds;
  throw new CertificateValidationFailed(
    'Image signature certificate validation is enabled, but no trusted certificate ids were given.',
  );
}
