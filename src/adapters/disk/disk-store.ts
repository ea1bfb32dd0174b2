// Entries as files, one each: the storage under the disk tier's Keyv. Anything read from the disk
// is believed only after its frame has been checked.
import type { Blocks, Clock } from '../../ports/runtime.ts';
import type { Evicted, TierUsage } from '../../ports/tier.ts';
import { EntryDamaged, type EntryStore, type StoredEntry, StoreRefused } from '../entry-store.ts';
import { checkFrame, crc32Check, encodeHeader, FRAME_HEADER_BYTES, keyDigest } from '../frame.ts';
import { createRunning } from '../running.ts';
import { codeOf, type EntryFiles } from './entry-files.ts';
import { entryName } from './entry-name.ts';
import { scanEntries } from './scan.ts';
import { createSpace, type EntryRecord } from './space.ts';
import { createTurns } from './turns.ts';

/** What the system says when it has no more room to give. */
const NO_ROOM_CODES: ReadonlySet<string | null> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A full disk is left alone this long: a failing 4 MiB write costs as much as one that works. */
const FULL_COOL_OFF_MS = 30_000;

const WRONG_LENGTH = { kind: 'damaged', reason: 'length' } as const;

export interface DiskStore extends EntryStore {
  usage(): TierUsage;
}

interface DiskStoreOptions {
  readonly files: EntryFiles;
  readonly maxBytes: number;
  readonly blocks: Blocks;
  readonly clock: Clock;
}

type ReadAttempt =
  | { readonly kind: 'absent' }
  | { readonly kind: 'intact'; readonly record: EntryRecord; readonly entry: StoredEntry }
  /** What lies there is not what `record` says: it is damaged, or was replaced in between. */
  | { readonly kind: 'unfit'; readonly record: EntryRecord; readonly reason: string };

/** Resolves when the books are rebuilt and the folder is within `maxBytes`. */
export async function openDiskStore(options: DiskStoreOptions): Promise<DiskStore> {
  const { files, maxBytes, blocks, clock } = options;
  const turns = createTurns();
  const running = createRunning();
  const space = createSpace({
    maxBytes,
    unlink: (name) => running.follow(unlinkUnlessBack(name)),
  });
  let fullUntil = 0;
  await scanEntries(files, space);

  return {
    read: (key) => running.accept(() => read(key)),
    write: (key, bytes, expiresAt) => running.accept(() => write(key, bytes, expiresAt)),
    remove: (key) => running.accept(() => remove(entryName(keyDigest(key)))),
    clear: () =>
      running.accept(async () => {
        await Promise.all(space.names().map(remove));
      }),
    close: () => running.close(),
    usage: () => ({ ...space.usage(), maxBytes }),
  };

  async function read(key: string): Promise<StoredEntry | null> {
    const digest = keyDigest(key);
    const name = entryName(digest);
    let attempt = await readOnce(digest, name);
    if (attempt.kind === 'unfit' && space.peek(name) !== attempt.record) {
      // Replaced by one of another length in between; the second look stands in line with changes.
      const turn = turns.begin(name);
      attempt = await turn.alone(() => readOnce(digest, name)).finally(() => turn.end());
    }
    if (attempt.kind === 'absent') return null;
    if (attempt.kind === 'unfit') {
      if (space.peek(name) === attempt.record) await space.drop(name);
      throw new EntryDamaged(attempt.reason);
    }
    const { entry, record } = attempt;
    if (entry.expiresAt === null || entry.expiresAt > clock.now()) return entry;
    if (space.peek(name) === record) await space.drop(name);
    return null;
  }

  async function readOnce(digest: Buffer, name: string): Promise<ReadAttempt> {
    const record = space.find(name);
    if (record === undefined) return { kind: 'absent' };
    const header = new Uint8Array(FRAME_HEADER_BYTES);
    const bytes = blocks.lend(record.length - FRAME_HEADER_BYTES);
    const length = await files.read(name, header, bytes);
    const whole = length === record.length;
    const verdict = whole ? checkFrame(crc32Check, digest, header, bytes) : WRONG_LENGTH;
    if (verdict.kind === 'damaged') {
      blocks.release(bytes);
      return { kind: 'unfit', record, reason: verdict.reason };
    }
    noteUse(name, record);
    return { kind: 'intact', record, entry: { bytes, expiresAt: verdict.expiresAt } };
  }

  async function write(
    key: string,
    payload: Uint8Array,
    expiresAt: number | null,
  ): Promise<Evicted> {
    const digest = keyDigest(key);
    const name = entryName(digest);
    const length = FRAME_HEADER_BYTES + payload.byteLength;
    const turn = turns.begin(name);
    try {
      if (clock.now() < fullUntil) throw new StoreRefused('full');
      const evicted = await space.reserve(name, length);
      try {
        const header = encodeHeader(crc32Check, digest, payload, expiresAt);
        const partial = await files.writePartial(header, payload);
        await turn.alone(() => publish(partial));
        return evicted;
      } catch (cause) {
        space.release(length);
        throw cause;
      }
    } catch (cause) {
      // The caller knows of newer bytes, so the old ones must not be served any more.
      if (!turn.overtaken()) await space.drop(name);
      throw asRefusal(cause);
    } finally {
      turn.end();
    }

    async function publish(partial: string): Promise<void> {
      try {
        if (!turn.overtaken()) await files.publish(partial, name);
      } catch (cause) {
        await files.discard(partial);
        throw cause;
      }
      if (!turn.overtaken()) {
        turn.settle();
        space.commit(name, length, minuteOf(clock.now()));
        return;
      }
      await files.discard(partial);
      if (space.peek(name) === undefined) await files.unlink(name);
      space.release(length);
    }
  }

  async function remove(name: string): Promise<boolean> {
    const turn = turns.begin(name);
    turn.settle();
    const existed = space.peek(name) !== undefined;
    const gone = await space.drop(name).finally(() => turn.end());
    if (!gone) throw new Error('The file of a removed entry could not be deleted.');
    return existed;
  }

  async function unlinkUnlessBack(name: string): Promise<void> {
    const turn = turns.begin(name);
    try {
      await turn.alone(async () => {
        if (space.peek(name) === undefined) await files.unlink(name);
      });
    } finally {
      turn.end();
    }
  }

  /** Once a minute is enough for the order of eviction, and spares the disk a write per hit. */
  function noteUse(name: string, record: EntryRecord): void {
    const minute = minuteOf(clock.now());
    if (minute <= record.usedMinute) return;
    record.usedMinute = minute;
    // Recency is a hint: a disk that can't take it will fail the next store as well.
    running.follow(files.touch(name, clock.now())).catch(() => {});
  }

  function asRefusal(cause: unknown): unknown {
    if (!NO_ROOM_CODES.has(codeOf(cause))) return cause;
    fullUntil = clock.now() + FULL_COOL_OFF_MS;
    return new StoreRefused('full', { cause });
  }
}

function minuteOf(time: number): number {
  return Math.floor(time / 60_000);
}
