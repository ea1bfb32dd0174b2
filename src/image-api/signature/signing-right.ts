// Whether a certificate may vouch for others, read from its extensions: the runtime tells whether it
// is a CA, but neither its key usage nor how long a chain below it may be.
import { DER_TAG, type DerValue, readDerSequence, readDerValues, readUnsigned } from './der.ts';

export type SigningRight =
  /** It may; `maxIntermediates` certificates may stand between it and the end, `Infinity` for any number. */
  | { readonly kind: 'authority'; readonly maxIntermediates: number }
  /** It may not, and why. */
  | { readonly kind: 'none'; readonly reason: string };

/**
 * What a certificate (DER) may sign: an authority has basicConstraints with `cA` and a keyUsage with
 * `keyCertSign` (RFC 5280, 4.2.1.3 and 4.2.1.9), both present, as cursive asks.
 */
export function readSigningRight(der: Uint8Array): SigningRight {
  const extensions = readExtensions(der);
  if (extensions === null) return none('its extensions can not be read');
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  if (constraints === undefined) return none('it has no basic constraints');
  const usage = extensions.get(KEY_USAGE);
  if (usage === undefined) return none('it has no key usage');

  const authority = readBasicConstraints(constraints);
  if (authority === null) return none('its basic constraints can not be read');
  if (!authority.isAuthority) return none('its basic constraints do not mark it as a CA');
  if (!allowsCertificateSigning(usage)) return none('its key usage lacks keyCertSign');
  return { kind: 'authority', maxIntermediates: authority.pathLength };
}

/** Object identifiers by the hexadecimal of their DER content. */
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';

/** The explicit tag of TBSCertificate.extensions. */
const EXTENSIONS_TAG = 0xa3;

/** The first octet of KeyUsage counts from its highest bit; keyCertSign is bit 5. */
const KEY_CERT_SIGN = 0x80 >> 5;

function none(reason: string): SigningRight {
  return { kind: 'none', reason };
}

/** Each extension's value by its identifier; null when unreadable or when one comes twice. */
function readExtensions(der: Uint8Array): ReadonlyMap<string, Uint8Array> | null {
  const certificate = readDerSequence(only(readDerValues(der)));
  const signed = readDerSequence(certificate?.[0]);
  if (signed === null) return null;
  const wrapped = signed.find(({ tag }) => tag === EXTENSIONS_TAG);
  if (wrapped === undefined) return new Map();
  const list = readDerSequence(only(readDerValues(wrapped.content)));
  if (list === null) return null;

  const extensions = new Map<string, Uint8Array>();
  for (const entry of list) {
    const parts = readDerSequence(entry);
    const [id, value] = [parts?.at(0), parts?.at(-1)];
    if (id?.tag !== DER_TAG.objectId || value?.tag !== DER_TAG.octetString) return null;
    const name = hex(id.content);
    if (extensions.has(name)) return null;
    extensions.set(name, value.content);
  }
  return extensions;
}

function readBasicConstraints(
  extension: Uint8Array,
): { readonly isAuthority: boolean; readonly pathLength: number } | null {
  const parts = readDerSequence(only(readDerValues(extension)));
  if (parts === null) return null;
  const [first, second, ...rest] = parts;
  if (first?.tag !== DER_TAG.boolean) return { isAuthority: false, pathLength: 0 };
  const isAuthority = first.content.length === 1 && first.content[0] !== 0;
  if (second === undefined) return { isAuthority, pathLength: Number.POSITIVE_INFINITY };
  const pathLength = readPathLength(second);
  return pathLength === null || rest.length > 0 ? null : { isAuthority, pathLength };
}

/** Null for what is not an INTEGER from 0 on, of at most 4 octets. */
function readPathLength({ tag, content }: DerValue): number | null {
  const [first] = content;
  if (tag !== DER_TAG.integer || first === undefined || first >= 0x80) return null;
  return content.length > 4 ? null : readUnsigned(content);
}

/** A BIT STRING: the number of unused bits, then the bits. */
function allowsCertificateSigning(extension: Uint8Array): boolean {
  const bits = only(readDerValues(extension));
  if (bits?.tag !== DER_TAG.bitString) return false;
  return ((bits.content[1] ?? 0) & KEY_CERT_SIGN) !== 0;
}

function only(values: readonly DerValue[] | null): DerValue | undefined {
  return values?.length === 1 ? values[0] : undefined;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
