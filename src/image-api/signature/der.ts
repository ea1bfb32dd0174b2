// Reads DER (ITU-T X.690), as far as certificates use it: what a certificate says of itself is
// walked with it, value by value. Nothing here throws.

/** One encoded value: its identifier octet and what is inside. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Tags that certificates are walked by. */
export const DER_TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  sequence: 0x30,
} as const;

/**
 * The values that stand one after another in `bytes`, not looking into them; null when one has a
 * tag of several octets, a length that DER does not allow, or is cut short.
 */
export function readDerValues(bytes: Uint8Array): readonly DerValue[] | null {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = readHead(bytes, at);
    if (head === null || head.end > bytes.length) return null;
    values.push({ tag: head.tag, content: bytes.subarray(head.start, head.end) });
    at = head.end;
  }
  return values;
}

/** The values inside `value` when it is a SEQUENCE; null when it is not, or they can't be read. */
export function readDerSequence(value: DerValue | undefined): readonly DerValue[] | null {
  return value?.tag === DER_TAG.sequence ? readDerValues(value.content) : null;
}

/** The identifier octet, and where the content starts and ends. */
function readHead(
  bytes: Uint8Array,
  at: number,
): { readonly tag: number; readonly start: number; readonly end: number } | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
  const octets = first & 0x7f;
  // 0 would be BER's indefinite form; 4 octets tell more than any certificate holds.
  if (octets === 0 || octets > 4) return null;
  const length = readUnsigned(bytes.subarray(at + 2, at + 2 + octets));
  const start = at + 2 + octets;
  return start > bytes.length ? null : { tag, start, end: start + length };
}

/** Big-endian, of at most 6 octets. */
export function readUnsigned(octets: Uint8Array): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}
