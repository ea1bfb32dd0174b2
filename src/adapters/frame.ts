// How one entry lies on disk or in Redis: a fixed-size header, then the raw payload. What comes
// back from storage is served only after its frame has vouched for it.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

// Offset  Size  Field (numbers are big-endian)
//      0     4  magic "GEdg"
//      4     1  version
//      5     1  which payload check
//      6     2  zero
//      8     8  payload length
//     16     8  expiresAt as a double, +Infinity for never
//     24    32  SHA-256 of the key
//     56    32  payload check, over bytes 0..56 and the payload
//     88     4  zero
//     92     4  CRC-32 of bytes 0..92
const MAGIC = 0x47456467;
const VERSION = 1;
const LENGTH_AT = 8;
const EXPIRES_AT = 16;
const KEY_AT = 24;
const CHECK_AT = 56;
const HEADER_CRC_AT = 92;

/** Bytes of a frame before its payload. */
export const FRAME_HEADER_BYTES = 96;

/** Decides whether a payload is the one that was stored. */
export interface PayloadCheck {
  /** Written into the header, so that one check's frames are never read with another's. */
  readonly id: number;
  /** 32 bytes over the header's fields and the payload. */
  over(fields: Uint8Array, payload: Uint8Array): Uint8Array;
}

/** Against damage at rest: for storage that only this gateway writes to. */
export const crc32Check: PayloadCheck = {
  id: 1,
  over(fields, payload) {
    const sum = Buffer.alloc(32);
    sum.writeUInt32BE(crc32(payload, crc32(fields)));
    return sum;
  },
};

/** Against forgery: for storage that others can write to. HMAC-SHA-256 under `secret`. */
export function hmacCheck(secret: Uint8Array): PayloadCheck {
  return {
    id: 2,
    over: (fields, payload) => createHmac('sha256', secret).update(fields).update(payload).digest(),
  };
}

/**
 * What a key is known by in storage. UTF-16, because UTF-8 would fold all lone surrogates, and with
 * them different keys, into one.
 */
export function keyDigest(key: string): Buffer {
  return createHash('sha256').update(key, 'utf16le').digest();
}

/** The header for `payload`; the frame is the header followed by the payload itself. */
export function encodeHeader(
  check: PayloadCheck,
  digest: Uint8Array,
  payload: Uint8Array,
  expiresAt: number | null,
): Uint8Array {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt8(VERSION, 4);
  header.writeUInt8(check.id, 5);
  header.writeBigUInt64BE(BigInt(payload.byteLength), LENGTH_AT);
  header.writeDoubleBE(expiresAt ?? Number.POSITIVE_INFINITY, EXPIRES_AT);
  header.set(digest, KEY_AT);
  header.set(check.over(header.subarray(0, CHECK_AT), payload), CHECK_AT);
  header.writeUInt32BE(crc32(header.subarray(0, HEADER_CRC_AT)), HEADER_CRC_AT);
  return header;
}

/** Whole and meant for that key; or why it can't be served. */
export type FrameVerdict =
  | { readonly kind: 'intact'; readonly expiresAt: number | null }
  | {
      readonly kind: 'damaged';
      readonly reason: 'not-a-frame' | 'header' | 'length' | 'other-key' | 'payload';
    };

/** Judges a frame that was read for the key with `digest`. */
export function checkFrame(
  check: PayloadCheck,
  digest: Uint8Array,
  headerBytes: Uint8Array,
  payload: Uint8Array,
): FrameVerdict {
  const header = Buffer.from(headerBytes.buffer, headerBytes.byteOffset, headerBytes.byteLength);
  if (header.byteLength !== FRAME_HEADER_BYTES || header.readUInt32BE(0) !== MAGIC) {
    return { kind: 'damaged', reason: 'not-a-frame' };
  }
  const crc = crc32(header.subarray(0, HEADER_CRC_AT));
  if (
    header.readUInt8(4) !== VERSION ||
    header.readUInt8(5) !== check.id ||
    header.readUInt32BE(HEADER_CRC_AT) !== crc
  ) {
    return { kind: 'damaged', reason: 'header' };
  }
  if (header.readBigUInt64BE(LENGTH_AT) !== BigInt(payload.byteLength)) {
    return { kind: 'damaged', reason: 'length' };
  }
  if (!header.subarray(KEY_AT, CHECK_AT).equals(digest)) {
    return { kind: 'damaged', reason: 'other-key' };
  }
  const expected = check.over(header.subarray(0, CHECK_AT), payload);
  if (!timingSafeEqual(header.subarray(CHECK_AT, CHECK_AT + 32), expected)) {
    return { kind: 'damaged', reason: 'payload' };
  }
  const expiresAt = header.readDoubleBE(EXPIRES_AT);
  return { kind: 'intact', expiresAt: expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt };
}
