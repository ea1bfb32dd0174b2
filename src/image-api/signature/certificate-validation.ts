// Whether the signing certificate may be believed: its dates, and its chain to a trusted root.
import type { Clock } from '../../ports/runtime.ts';
import type { Certificate, Signatures } from '../../ports/signatures.ts';
import { CertificateValidationFailed } from '../errors.ts';
import type { CertificateSource } from './certificate-source.ts';
import { readSigningRight } from './signing-right.ts';
import { type Authority, findTrustChain } from './trust-chain.ts';

export interface ValidationOptions {
  readonly certificates: CertificateSource;
  readonly signatures: Signatures;
  readonly clock: Clock;
}

/** Nova's API takes 50 per server; each costs a request and up to as many signature checks. */
const MAX_TRUSTED_CERTIFICATES = 200;

/**
 * Validates a signing certificate against the trusted ids, as cursive's `verify_certificate` does:
 * it must be within its dates and lead over trusted authorities to a self-signed trusted one. A
 * trusted certificate that is missing, outside its dates or no authority is passed over; the error
 * then says so. Throws CertificateValidationFailed, nothing else.
 *
 * A CA without a path length may have any number of certificates below it (RFC 5280, 4.2.1.9); cursive
 * fails with a TypeError there.
 */
export async function validateCertificate(
  certificate: Certificate,
  trustedIds: readonly string[],
  options: ValidationOptions,
): Promise<void> {
  const now = options.clock.now();
  const dates = describeDates(certificate, now);
  if (dates !== null) throw new CertificateValidationFailed(`The signing certificate ${dates}.`);
  if (trustedIds.length > MAX_TRUSTED_CERTIFICATES) {
    throw new CertificateValidationFailed(
      `More than ${MAX_TRUSTED_CERTIFICATES} trusted certificates were given.`,
    );
  }
  const { authorities, passedOver } = await loadAuthorities(trustedIds, now, options);
  const { kind } = findTrustChain(certificate, authorities, options.signatures);
  if (kind === 'trusted') return;
  const reason =
    kind === 'path-too-long'
      ? 'A trusted certificate does not allow a chain of that length.'
      : 'No chain of trusted certificates leads from it to a self-signed one.';
  throw new CertificateValidationFailed(
    ['The signing certificate is not trusted.', reason, ...passedOver].join(' '),
  );
}

/** One after another: they are few, and the source is the key manager of everybody. */
async function loadAuthorities(
  ids: readonly string[],
  now: number,
  options: ValidationOptions,
): Promise<{ readonly authorities: readonly Authority[]; readonly passedOver: readonly string[] }> {
  const authorities: Authority[] = [];
  const passedOver: string[] = [];
  for (const id of new Set(ids)) {
    const loaded = await loadAuthority(id, now, options);
    if (typeof loaded === 'string') passedOver.push(`Trusted certificate ${id} ${loaded}.`);
    else authorities.push(loaded);
  }
  return { authorities, passedOver };
}

/** The authority, or why there is none. */
async function loadAuthority(
  id: string,
  now: number,
  { certificates, signatures }: ValidationOptions,
): Promise<Authority | string> {
  let bytes: Uint8Array | null;
  try {
    bytes = await certificates.get(id);
  } catch {
    return 'can not be retrieved';
  }
  if (bytes === null) return 'does not exist';
  const certificate = signatures.readCertificate(bytes);
  if (certificate === null) return 'is not an X.509 certificate';
  const dates = describeDates(certificate, now);
  if (dates !== null) return dates;
  const right = readSigningRight(certificate.der);
  if (right.kind === 'none') return `can not sign certificates: ${right.reason}`;
  return { certificate, maxIntermediates: right.maxIntermediates };
}

/** What is wrong with its dates; null when nothing is. An unreadable date is never within. */
function describeDates({ notBefore, notAfter }: Certificate, now: number): string | null {
  if (now >= notBefore && now <= notAfter) return null;
  if (now < notBefore) return 'is not valid yet';
  return now > notAfter ? 'has expired' : 'has no readable dates';
}
