// A snapshot of the disk tier's index: one file, written beside the last one and put in its place,
// believed only when its checksum is right.
import { type FileHandle, open, rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { codeOf } from './entry-files.ts';
import { createEntryIndex, type EntryIndex, RECORD_WORDS } from './entry-index.ts';

// Words of 32 bits in the order of the machine, so that another kind of machine sees no snapshot:
// magic, version, `from`, `closed`, two zeros; the records; CRC-32 of all before.
const MAGIC = 0x58494547;
const VERSION = 1;
const WORD_BYTES = 4;
const RECORD_BYTES = RECORD_WORDS * WORD_BYTES;

/** 768 KiB: a millisecond or two of work between two turns of the event loop. */
const RECORDS_AT_A_TIME = 32_768;

export interface SnapshotHead {
  /** The number of the first log that tells of later changes. */
  readonly from: number;
  /** No changes followed: it is flushed to the disk, and true after a boot as well. */
  readonly closed: boolean;
}

export interface Snapshot extends SnapshotHead {
  readonly index: EntryIndex;
}

/** The index may change meanwhile: see EntryIndex.records. */
export async function writeSnapshot(
  path: string,
  index: EntryIndex,
  { from, closed }: SnapshotHead,
): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    let sum = 0;
    const write = async (words: Uint32Array) => {
      const bytes = bytesOf(words);
      sum = crc32(bytes, sum);
      await file.writeFile(bytes);
    };
    await write(Uint32Array.of(MAGIC, VERSION, from, closed ? 1 : 0, 0, 0));
    for (const records of index.records(RECORDS_AT_A_TIME)) await write(records);
    await write(Uint32Array.of(sum));
    if (closed) await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Null when there is none, or none that is whole. */
export async function readSnapshot(path: string): Promise<Snapshot | null> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  });
  if (file === null) return null;
  try {
    return await readFrom(file);
  } finally {
    await file.close();
  }
}

async function readFrom(file: FileHandle): Promise<Snapshot | null> {
  const index = createEntryIndex();
  const { size } = await file.stat();
  const records = (size - WORD_BYTES) / RECORD_BYTES - 1;
  if (!Number.isInteger(records) || records < 0) return null;
  const head = await read(new Uint32Array(RECORD_WORDS));
  if (head === null) return null;
  let sum = crc32(bytesOf(head));
  const room = new Uint32Array(Math.min(records, RECORDS_AT_A_TIME) * RECORD_WORDS);
  for (let left = records; left > 0; left -= RECORDS_AT_A_TIME) {
    const some = await read(room.subarray(0, left * RECORD_WORDS));
    if (some === null) return null;
    sum = crc32(bytesOf(some), sum);
    index.takeIn(some);
  }
  const stored = await read(new Uint32Array(1));
  const [magic, version, from = 0, closed] = head;
  if (stored?.[0] !== sum || magic !== MAGIC || version !== VERSION) return null;
  return { from, closed: closed === 1, index };

  async function read(words: Uint32Array): Promise<Uint32Array | null> {
    const bytes = bytesOf(words);
    for (let filled = 0; filled < bytes.byteLength; ) {
      const { bytesRead } = await file.read(bytes, filled);
      if (bytesRead === 0) return null;
      filled += bytesRead;
    }
    return words;
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
