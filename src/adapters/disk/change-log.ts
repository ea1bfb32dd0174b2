// The names of entries that change after a snapshot was begun, on disk before they change: their
// records in the snapshot are not believed, their files are looked at instead.
import { open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { NAME_WORDS, type NameWords, nameOf, wordsOf } from './name-words.ts';

// Words of 32 bits in the order of the machine: magic, version, the boot's id in four; then names,
// each in four and its CRC-32 in a fifth.
const MAGIC = 0x4c494547;
const VERSION = 1;
const HEAD_WORDS = 6;
const NOTE_WORDS = NAME_WORDS + 1;
const WORD_BYTES = 4;

export const LOG_HEAD_BYTES: number = HEAD_WORDS * WORD_BYTES;
export const NOTE_BYTES: number = NOTE_WORDS * WORD_BYTES;

export interface ChangeLog {
  /** Resolves when they are written, not flushed: enough to outlive this process. */
  append(names: readonly string[]): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/**
 * A new log, in place of any that is there.
 *
 * @param bootId null makes a log that nobody believes
 * @param how flushed: it is there after a power cut as well, though what follows may not be
 */
export async function createChangeLog(
  path: string,
  bootId: string | null,
  how: 'flushed' | 'unflushed',
): Promise<ChangeLog> {
  const file = await open(path, 'w', 0o600);
  let last: Promise<void> = write(headFor(bootId));
  let next: { readonly names: string[]; readonly written: Promise<void> } | null = null;
  try {
    await last;
    if (how === 'flushed') await file.sync();
  } catch (cause) {
    await file.close();
    throw cause;
  }
  return {
    append(names) {
      if (next === null) {
        const batch: string[] = [];
        const written = last.then(() => {
          next = null;
          return write(notesOf(batch));
        });
        last = written;
        last.catch(() => {});
        next = { names: batch, written };
      }
      next.names.push(...names);
      return next.written;
    },
    async close() {
      await last.catch(() => {});
      await file.close();
    },
  };

  async function write(words: Uint32Array): Promise<void> {
    await file.writeFile(new Uint8Array(words.buffer));
  }
}

/** The names; null when the log is of another boot or damaged. A last one cut short changed nothing. */
export async function readChangeLog(
  path: string,
  bootId: string | null,
): Promise<readonly string[] | null> {
  const bytes = await readFile(path);
  const words = new Uint32Array(Math.floor(bytes.byteLength / WORD_BYTES));
  new Uint8Array(words.buffer).set(bytes.subarray(0, words.byteLength));
  if (bootId === null || headFor(bootId).some((word, at) => words[at] !== word)) return null;
  const names: string[] = [];
  for (let at = HEAD_WORDS; at + NOTE_WORDS <= words.length; at += NOTE_WORDS) {
    const name = words.subarray(at, at + NAME_WORDS);
    if (words[at + NAME_WORDS] !== sumOf(name)) return null;
    names.push(nameOf(name));
  }
  return names;
}

function headFor(bootId: string | null): Uint32Array {
  const boot = bootId === null ? new Uint32Array(NAME_WORDS) : wordsOf(bootId.replaceAll('-', ''));
  return Uint32Array.of(MAGIC, VERSION, ...boot);
}

function notesOf(names: readonly string[]): Uint32Array {
  return Uint32Array.from(names.flatMap((name) => [...wordsOf(name), sumOf(wordsOf(name))]));
}

function sumOf(name: NameWords): number {
  return crc32(new Uint8Array(name.buffer, name.byteOffset, name.byteLength));
}
