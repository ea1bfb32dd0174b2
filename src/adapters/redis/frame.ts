// How one entry lies in Redis: a fixed-size header, then the raw payload. What comes back is served only
// after its header has vouched for it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

// Offset  Size  Field (numbers are big-endian)
//      0     4  magic "GEdg"
//      4     1  version
//      5     1  which kind of seal
//      6     2  zero
//      8     8  payload length
//     16     8  expiresAt as a double, +Infinity for never
//     24    32  SHA-256 of the key
//     56    32  seal: HMAC-SHA-256 over bytes 0..56 and the payload, under the gateway's secret
//     88     4  zero
//     92     4  CRC-32 of bytes 0..92
const MAGIC = 0x47456467;
const VERSION = 1;
const HMAC_SHA256 = 2;
const LENGTH_AT = 8;
const EXPIRES_AT = 16;
const KEY_AT = 24;
const SEAL_AT = 56;
const HEADER_CRC_AT = 92;

/** Bytes of a frame before its payload. */
export const FRAME_HEADER_BYTES = 96;

/** The header for `payload`; the frame is the header followed by the payload itself. */
export function encodeHeader(
  secret: Uint8Array,
  digest: Uint8Array,
  payload: Uint8Array,
  expiresAt: number | null,
): Uint8Array {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt8(VERSION, 4);
  header.writeUInt8(HMAC_SHA256, 5);
  header.writeBigUInt64BE(BigInt(payload.byteLength), LENGTH_AT);
  header.writeDoubleBE(expiresAt ?? Number.POSITIVE_INFINITY, EXPIRES_AT);
  header.set(digest, KEY_AT);
  header.set(sealOf(secret, header, payload), SEAL_AT);
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
  secret: Uint8Array,
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
    header.readUInt8(5) !== HMAC_SHA256 ||
    header.readUInt32BE(HEADER_CRC_AT) !== crc
  ) {
    return { kind: 'damaged', reason: 'header' };
  }
  if (header.readBigUInt64BE(LENGTH_AT) !== BigInt(payload.byteLength)) {
    return { kind: 'damaged', reason: 'length' };
  }
  if (!header.subarray(KEY_AT, SEAL_AT).equals(digest)) {
    return { kind: 'damaged', reason: 'other-key' };
  }
  const expected = sealOf(secret, header, payload);
  if (!timingSafeEqual(header.subarray(SEAL_AT, SEAL_AT + 32), expected)) {
    return { kind: 'damaged', reason: 'payload' };
  }
  const expiresAt = header.readDoubleBE(EXPIRES_AT);
  return { kind: 'intact', expiresAt: expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt };
}

function sealOf(secret: Uint8Array, header: Uint8Array, payload: Uint8Array): Buffer {
  const fields = header.subarray(0, SEAL_AT);
  return createHmac('sha256', secret).update(fields).update(payload).digest();
}
