// How one entry lies in its file: segments in a row, each under a head that vouches for it and says
// what it is a part of. So any part of an entry can be read, and believed, without the rest. Whoever
// reads all of it is spared all checks but one.
import { createCipheriv, createSecretKey, timingSafeEqual } from 'node:crypto';

// A head. Numbers are big-endian.
//
// Offset  Size  Field
//      0     4  magic "GEdg"
//      4     1  version of this layout
//      5     3  zero
//      8     8  bytes of the entry
//     16     8  expiresAt as a double, +Infinity for never
//     24    32  SHA-256 of the key
//     56     8  number of the segment
//     64    16  check over bytes 0..64 and the segment
//     80    16  in the first one: check over all heads but for this, and all segments; zero in the others
const MAGIC = 0x47456467;
const VERSION = 3;
const ENTRY_BYTES_AT = 8;
const EXPIRES_AT = 16;
const KEY_AT = 24;
const NUMBER_AT = 56;
const CHECK_AT = 64;
const CHECK_BYTES = 16;
const WHOLE_CHECK_AT = 80;
const HEAD_BYTES = 96;

/**
 * Of an entry, under one head; the last segment is what remains. A range of a few KiB costs one of them:
 * smaller ones would make whole chunks dearer to check, larger ones that range.
 */
export const SEGMENT_BYTES: number = 128 * 1024;

/** The least that a file of an entry measures. */
export const LEAST_FILE_BYTES = HEAD_BYTES;

/** Segments in a row, and where they lie. */
export interface SegmentRun {
  /** Number of the first one. */
  readonly first: number;
  readonly count: number;
  /** Bytes `from` up to, not including, `to` of the entry are theirs. */
  readonly from: number;
  readonly to: number;
  /** Where the first one's head begins in the file. */
  readonly position: number;
}

/** Bytes of the file for an entry of that many bytes. */
export function fileBytesOf(entryBytes: number): number {
  return entryBytes + HEAD_BYTES * segmentsOf(entryBytes);
}

/** Bytes of the entry in a file of that many bytes; null when no entry makes such a file. */
export function entryBytesIn(fileBytes: number): number | null {
  const segments = Math.ceil(fileBytes / (SEGMENT_BYTES + HEAD_BYTES));
  const entryBytes = fileBytes - HEAD_BYTES * segments;
  return entryBytes >= 0 && fileBytesOf(entryBytes) === fileBytes ? entryBytes : null;
}

/** The segments that hold bytes `from` up to `to` of an entry; at least one. */
export function segmentsFor(entryBytes: number, from: number, to: number): SegmentRun {
  const first = Math.floor(from / SEGMENT_BYTES);
  const end = Math.max(first + 1, Math.ceil(to / SEGMENT_BYTES));
  return {
    first,
    count: end - first,
    from: first * SEGMENT_BYTES,
    to: Math.min(end * SEGMENT_BYTES, entryBytes),
    position: first * (SEGMENT_BYTES + HEAD_BYTES),
  };
}

/** Memory for the heads of a run. */
export function headsFor({ count }: SegmentRun): Buffer {
  return Buffer.alloc(HEAD_BYTES * count);
}

/** Heads and segments of a run in the order in which they lie in the file, views all of them. */
export function inFileOrder(heads: Uint8Array, bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at * HEAD_BYTES < heads.byteLength; at += 1) {
    parts.push(heads.subarray(at * HEAD_BYTES, (at + 1) * HEAD_BYTES));
    parts.push(bytes.subarray(at * SEGMENT_BYTES, (at + 1) * SEGMENT_BYTES));
  }
  return parts;
}

/** The heads of all segments of an entry, made for the key with that digest. */
export function encodeHeads(
  keyDigest: Uint8Array,
  entry: Uint8Array,
  expiresAt: number | null,
): Buffer {
  const run = segmentsFor(entry.byteLength, 0, entry.byteLength);
  const heads = headsFor(run);
  for (let number = 0; number < run.count; number += 1) {
    const head = headAt(heads, number);
    head.writeUInt32BE(MAGIC, 0);
    head.writeUInt8(VERSION, 4);
    head.writeBigUInt64BE(BigInt(entry.byteLength), ENTRY_BYTES_AT);
    head.writeDoubleBE(expiresAt ?? Number.POSITIVE_INFINITY, EXPIRES_AT);
    head.set(keyDigest, KEY_AT);
    head.writeBigUInt64BE(BigInt(number), NUMBER_AT);
    head.set(checkOf(head, [segmentAt(entry, number)]), CHECK_AT);
  }
  heads.set(wholeCheckOf(heads, entry), WHOLE_CHECK_AT);
  return heads;
}

/** What was stored for that key; or why it can't be served. */
export type SegmentVerdict =
  | { readonly kind: 'intact'; readonly expiresAt: number | null }
  /** Of an earlier release: not damaged, but nothing that is still read. */
  | { readonly kind: 'outdated' }
  | {
      readonly kind: 'damaged';
      readonly reason: 'not-an-entry' | 'length' | 'other-key' | 'order' | 'content';
    };

/** Judges a run that was read from the file of an entry of `entryBytes` for the key with that digest. */
export function checkSegments(
  keyDigest: Uint8Array,
  entryBytes: number,
  run: SegmentRun,
  heads: Buffer,
  bytes: Uint8Array,
): SegmentVerdict {
  if (run.from === 0 && run.to === entryBytes) {
    return judge(0, WHOLE_CHECK_AT, () => wholeCheckOf(heads, bytes));
  }
  let verdict = judgeSegment(0);
  for (let at = 1; at < run.count && verdict.kind === 'intact'; at += 1) verdict = judgeSegment(at);
  return verdict;

  function judgeSegment(at: number): SegmentVerdict {
    return judge(at, CHECK_AT, (head) => checkOf(head, [segmentAt(bytes, at)]));
  }

  function judge(at: number, checkAt: number, check: (head: Buffer) => Buffer): SegmentVerdict {
    const head = headAt(heads, at);
    if (head.readUInt32BE(0) !== MAGIC) return damaged('not-an-entry');
    if (head.readUInt8(4) < VERSION) return { kind: 'outdated' };
    if (head.readBigUInt64BE(ENTRY_BYTES_AT) !== BigInt(entryBytes)) return damaged('length');
    if (!head.subarray(KEY_AT, NUMBER_AT).equals(keyDigest)) return damaged('other-key');
    if (head.readBigUInt64BE(NUMBER_AT) !== BigInt(run.first + at)) return damaged('order');
    const stored = head.subarray(checkAt, checkAt + CHECK_BYTES);
    if (!timingSafeEqual(check(head), stored)) return damaged('content');
    const expiresAt = head.readDoubleBE(EXPIRES_AT);
    return { kind: 'intact', expiresAt: Number.isFinite(expiresAt) ? expiresAt : null };
  }
}

function damaged(reason: Extract<SegmentVerdict, { kind: 'damaged' }>['reason']): SegmentVerdict {
  return { kind: 'damaged', reason };
}

function segmentsOf(entryBytes: number): number {
  return Math.max(1, Math.ceil(entryBytes / SEGMENT_BYTES));
}

function headAt(heads: Buffer, at: number): Buffer {
  return heads.subarray(at * HEAD_BYTES, (at + 1) * HEAD_BYTES);
}

function segmentAt(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at * SEGMENT_BYTES, (at + 1) * SEGMENT_BYTES);
}

/** Everybody may know it: this tells damage, and keeps nobody from forging. */
const KEY = createSecretKey(Buffer.alloc(16));

/**
 * GMAC, with the fields of the head for its nonce. Processors multiply without carry in hardware, which
 * makes it four times as fast as zlib's CRC-32, and nothing but chance, once in 2^128, escapes it.
 */
function checkOf(head: Buffer, vouchedFor: readonly Uint8Array[]): Buffer {
  const gmac = createCipheriv('aes-128-gcm', KEY, head.subarray(0, CHECK_AT));
  for (const bytes of vouchedFor) gmac.setAAD(bytes);
  gmac.final();
  return gmac.getAuthTag();
}

/** One object for the check costs as much as the bytes of half a segment: 32 for a chunk are many. */
function wholeCheckOf(heads: Buffer, entry: Uint8Array): Buffer {
  const otherHeads = heads.subarray(HEAD_BYTES);
  return checkOf(headAt(heads, 0), [heads.subarray(CHECK_AT, WHOLE_CHECK_AT), otherHeads, entry]);
}
