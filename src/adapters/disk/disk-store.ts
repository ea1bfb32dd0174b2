// Entries as files, one each: the storage under the disk tier's Keyv. Anything read from the disk
// is believed only after its frame has been checked; whatever changes the folder goes through the
// books.
import type { Blocks, Clock } from '../../ports/runtime.ts';
import type { Evicted, TierUsage } from '../../ports/tier.ts';
import { EntryDamaged, type EntryStore, type StoredEntry, StoreRefused } from '../entry-store.ts';
import { checkFrame, crc32Check, encodeHeader, FRAME_HEADER_BYTES, keyDigest } from '../frame.ts';
import { createRunning } from '../running.ts';
import type { Books } from './books.ts';
import type { EntryFiles } from './entry-files.ts';
import { entryName } from './entry-name.ts';
import { isNoRoom } from './no-room.ts';

export interface DiskStore extends EntryStore {
  usage(): TierUsage;
}

interface DiskStoreOptions {
  readonly files: EntryFiles;
  readonly books: Books;
  readonly blocks: Blocks;
  readonly clock: Clock;
}

type ReadAttempt =
  | { readonly kind: 'absent' }
  | { readonly kind: 'intact'; readonly entry: StoredEntry }
  | { readonly kind: 'expired' }
  /** What lies there is not what was expected: it is damaged, or was replaced in between. */
  | { readonly kind: 'damaged'; readonly reason: string };

export function createDiskStore({ files, books, blocks, clock }: DiskStoreOptions): DiskStore {
  const running = createRunning();

  return {
    read: (key) => running.accept(() => read(key)),
    write: (key, bytes, expiresAt) => running.accept(() => write(key, bytes, expiresAt)),
    remove: (key) => running.accept(() => books.remove(entryName(keyDigest(key)))),
    clear: () => running.accept(() => books.clear()),
    close: () => running.close(),
    usage: () => books.usage(),
  };

  async function read(key: string): Promise<StoredEntry | null> {
    const digest = keyDigest(key);
    const name = entryName(digest);
    const attempt = await readOnce(digest, name);
    const settled = isFit(attempt) ? attempt : await lookAgain(digest, name);
    if (settled.kind === 'damaged') throw new EntryDamaged(settled.reason);
    if (settled.kind !== 'intact') return null;
    books.noteUse(name);
    return settled.entry;
  }

  /** It may have been replaced by one of another length in between; if not, it is removed. */
  async function lookAgain(digest: Buffer, name: string): Promise<ReadAttempt> {
    const second = { attempt: ABSENT };
    await books.removeUnless(name, async () => {
      second.attempt = await readOnce(digest, name);
      return isFit(second.attempt);
    });
    return second.attempt;
  }

  async function readOnce(digest: Buffer, name: string): Promise<ReadAttempt> {
    const known = books.look(name);
    if (known.kind === 'absent') return ABSENT;
    const expected = known.kind === 'length' ? known.length : await files.lengthOf(name);
    if (expected === null) return ABSENT;
    const header = new Uint8Array(FRAME_HEADER_BYTES);
    const bytes = blocks.lend(Math.max(0, expected - FRAME_HEADER_BYTES));
    const length = await files.read(name, header, bytes);
    const whole = length === FRAME_HEADER_BYTES + bytes.byteLength;
    const verdict = whole ? checkFrame(crc32Check, digest, header, bytes) : WRONG_LENGTH;
    if (verdict.kind === 'intact' && !hasPassed(verdict.expiresAt)) {
      return { kind: 'intact', entry: { bytes, expiresAt: verdict.expiresAt } };
    }
    blocks.release(bytes);
    return verdict.kind === 'intact' ? { kind: 'expired' } : verdict;
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
    const length = FRAME_HEADER_BYTES + payload.byteLength;
    const { reservation, evicted } = await books.reserve(entryName(digest), length);
    let partial: string;
    try {
      const header = encodeHeader(crc32Check, digest, payload, expiresAt);
      partial = await files.writePartial(header, payload);
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

const WRONG_LENGTH = { kind: 'damaged', reason: 'length' } as const;

/** Nothing to be removed. */
function isFit(attempt: ReadAttempt): boolean {
  return attempt.kind === 'intact' || attempt.kind === 'absent';
}
