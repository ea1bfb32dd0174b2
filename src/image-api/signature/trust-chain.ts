// Whether a certificate leads to a trusted root: the pure part of certificate validation.
import type { Certificate, Signatures } from '../../ports/signatures.ts';

/** A trusted certificate that is within its dates and may vouch for others. */
export interface Authority {
  readonly certificate: Certificate;
  /** `Infinity` for any number. */
  readonly maxIntermediates: number;
}

export type TrustOutcome =
  /** A chain of authorities leads from the certificate to a self-signed one. */
  | { readonly kind: 'trusted' }
  /** No authority issued the certificate, or those that did lead to no self-signed one. */
  | { readonly kind: 'no-issuer' }
  /** An authority on the way does not allow as many certificates below it. */
  | { readonly kind: 'path-too-long' };

/**
 * Looks for a chain from `certificate` over `authorities` up to a self-signed one among them; a
 * self-signed certificate that is an authority itself needs nobody else. Every certificate between
 * an authority and the end counts towards its path length, self-issued ones too, as in cursive.
 *
 * The search goes level by level. An authority is first met with the fewest certificates below it, so
 * meeting it again could only break its path length: one visit each is enough, cross-signed pairs can't
 * make a loop (cursive would never return), and it takes at most n² / 2 signature checks.
 */
export function findTrustChain(
  certificate: Certificate,
  authorities: readonly Authority[],
  signatures: Pick<Signatures, 'isIssuedBy'>,
): TrustOutcome {
  const unvisited = new Set(authorities);
  let tooLong = false;
  let level: readonly Certificate[] = [certificate];
  for (let intermediates = 0; level.length > 0; intermediates += 1) {
    const above: Certificate[] = [];
    for (const issued of level) {
      if (isRoot(issued, authorities, signatures)) return { kind: 'trusted' };
      for (const authority of unvisited) {
        if (!signatures.isIssuedBy(issued, authority.certificate)) continue;
        unvisited.delete(authority);
        if (authority.maxIntermediates >= intermediates) above.push(authority.certificate);
        else tooLong = true;
      }
    }
    level = above;
  }
  return { kind: tooLong ? 'path-too-long' : 'no-issuer' };
}

function isRoot(
  certificate: Certificate,
  authorities: readonly Authority[],
  signatures: Pick<Signatures, 'isIssuedBy'>,
): boolean {
  const isAuthority = authorities.some((one) => isSame(one.certificate, certificate));
  return isAuthority && signatures.isIssuedBy(certificate, certificate);
}

function isSame(one: Certificate, other: Certificate): boolean {
  return one.der.length === other.der.length && one.der.every((byte, at) => byte === other.der[at]);
}
