// Entries as files, one each: the storage under the disk tier's Keyv. Anything read from the disk
// is believed only after the heads of its segments have vouched for it; whatever changes the folder
// goes through the books.
import type { Blocks, Clock } from '../../ports/runtime.ts';
import type { Evicted, TierUsage } from '../../ports/tier.ts';
import {
  EntryDamaged,
  type EntryStore,
  type StoredEntry,
  type StoredPart,
  StoreRefused,
} from '../entry-store.ts';
import { keyDigest } from '../key-digest.ts';
import { createRunning } from '../running.ts';
import type { Books } from './books.ts';
import type { EntryFiles } from './entry-files.ts';
import { entryName } from './entry-name.ts';
import { isNoRoom } from './no-room.ts';
import {
  checkSegments,
  encodeHeads,
  entryBytesIn,
  fileBytesOf,
  headsFor,
  inFileOrder,
  segmentsFor,
} from './segments.ts';

export interface DiskStore extends EntryStore {
  usage(): TierUsage;
}

interface DiskStoreOptions {
  readonly files: EntryFiles;
  readonly books: Books;
  readonly blocks: Blocks;
  readonly clock: Clock;
}

/** Bytes of an entry, from `from` up to, not including, `to`; null for all of them. */
type Wanted = { readonly from: number; readonly to: number } | null;

type ReadAttempt =
  | { readonly kind: 'absent' }
  /** `bytes` are those of the entry from `from` on, what was wanted among them. */
  | {
      readonly kind: 'intact';
      readonly entry: StoredEntry;
      readonly from: number;
      readonly size: number;
    }
  /** There is an entry, but it has not got what is wanted. */
  | { readonly kind: 'beyond' }
  /** Its time has passed, or it was written by an earlier release. */
  | { readonly kind: 'over' }
  /** What lies there is not what was expected: it is damaged, or was replaced in between. */
  | { readonly kind: 'damaged'; readonly reason: string };

type Intact = Extract<ReadAttempt, { kind: 'intact' }>;

export function createDiskStore({ files, books, blocks, clock }: DiskStoreOptions): DiskStore {
  const running = createRunning();

  return {
    read: (key) => running.accept(async () => (await read(key, null))?.entry ?? null),
    readPart: (key, from, to) => running.accept(() => readPart(key, from, to)),
    write: (key, bytes, expiresAt) => running.accept(() => write(key, bytes, expiresAt)),
    remove: (key) => running.accept(() => books.remove(entryName(keyDigest(key)))),
    clear: () => running.accept(() => books.clear()),
    close: () => running.close(),
    usage: () => books.usage(),
  };

  async function readPart(key: string, from: number, to: number): Promise<StoredPart | null> {
    const found = await read(key, { from, to });
    if (found === null) return null;
    const { bytes, expiresAt } = found.entry;
    if (to > found.size) {
      // It was replaced by a shorter one while it was looked for.
      blocks.release(bytes);
      return null;
    }
    const part = bytes.subarray(from - found.from, to - found.from);
    return { bytes: part, within: bytes, size: found.size, expiresAt };
  }

  async function read(key: string, wanted: Wanted): Promise<Intact | null> {
    const digest = keyDigest(key);
    const name = entryName(digest);
    const attempt = await readOnce(digest, name, wanted);
    const settled = isFit(attempt) ? attempt : await lookAgain(digest, name);
    if (settled.kind === 'damaged') throw new EntryDamaged(settled.reason);
    if (settled.kind !== 'intact') return null;
    books.noteUse(name);
    return settled;
  }

  /**
   * It may have been replaced by one of another length in between; if not, it is removed. This is a
   * look at the whole of it: only its first head tells an entry of an earlier release from a damaged one.
   */
  async function lookAgain(digest: Buffer, name: string): Promise<ReadAttempt> {
    const second = { attempt: ABSENT };
    await books.removeUnless(name, async () => {
      second.attempt = await readOnce(digest, name, null);
      return isFit(second.attempt);
    });
    return second.attempt;
  }

  async function readOnce(digest: Buffer, name: string, wanted: Wanted): Promise<ReadAttempt> {
    const known = books.look(name);
    if (known.kind === 'absent') return ABSENT;
    const length = known.kind === 'length' ? known.length : await files.lengthOf(name);
    if (length === null) return ABSENT;
    const size = entryBytesIn(length);
    if (size === null) return WRONG_LENGTH;
    if (wanted !== null && wanted.to > size) return BEYOND;
    const run = segmentsFor(size, wanted?.from ?? 0, wanted?.to ?? size);
    const heads = headsFor(run);
    const bytes = blocks.lend(run.to - run.from);
    const read = await files.read(name, run.position, inFileOrder(heads, bytes));
    const whole = read === heads.byteLength + bytes.byteLength;
    const verdict = whole ? checkSegments(digest, size, run, heads, bytes) : WRONG_LENGTH;
    if (verdict.kind === 'intact' && !hasPassed(verdict.expiresAt)) {
      const entry = { bytes, expiresAt: verdict.expiresAt };
      return { kind: 'intact', entry, from: run.from, size };
    }
    blocks.release(bytes);
    return verdict.kind === 'damaged' ? verdict : OVER;
  }

  function hasPassed(expiresAt: number | null): boolean {
    return expiresAt !== null && expiresAt <= clock.now();
  }

  async function write(
    key: string,
    payload: Uint8Array,
    expiresAt: number | null,
  ): Promise<Evicted> {
    const digest = keyDigest(key);
    const length = fileBytesOf(payload.byteLength);
    const { reservation, evicted } = await books.reserve(entryName(digest), length);
    let partial: string;
    try {
      const heads = encodeHeads(digest, payload, expiresAt);
      partial = await files.writePartial(inFileOrder(heads, payload));
    } catch (cause) {
      const noRoom = isNoRoom(cause);
      await books.abandon(reservation, noRoom ? 'no-room' : 'failed');
      throw noRoom ? new StoreRefused('full', { cause }) : cause;
    }
    await books.publish(reservation, partial);
    return evicted;
  }
}

const ABSENT: ReadAttempt = { kind: 'absent' };
const BEYOND: ReadAttempt = { kind: 'beyond' };
const OVER: ReadAttempt = { kind: 'over' };
const WRONG_LENGTH = { kind: 'damaged', reason: 'length' } as const;

/** Nothing to be removed. */
function isFit(attempt: ReadAttempt): boolean {
  return attempt.kind === 'intact' || attempt.kind === 'absent' || attempt.kind === 'beyond';
}
