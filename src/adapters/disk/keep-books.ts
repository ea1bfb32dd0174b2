// The keeper of a disk tier's books: every change of the folder's entries is made here, in order,
// and within the limit.
import type { Clock } from '../../ports/runtime.ts';
import type { Evicted } from '../../ports/tier.ts';
import { StoreRefused } from '../entry-store.ts';
import { createRunning } from '../running.ts';
import type { BookKeeper, Desk, Reservation, Reserved, Unwritten } from './books.ts';
import type { EntryFiles } from './entry-files.ts';
import type { EntryIndex } from './entry-index.ts';
import { changesBetweenSnapshots, keepRecord, recordBytes } from './keep-record.ts';
import { isNoRoom } from './no-room.ts';
import { recall } from './recall.ts';
import type { RecordFiles } from './record-files.ts';
import { BLOCK_BYTES } from './room.ts';
import { isLarge, scanEntries } from './scan.ts';
import { createSpace } from './space.ts';
import { createTurns, type Turn } from './turns.ts';

/** A full disk is left alone this long: a failing 4 MiB write costs as much as one that works. */
const FULL_COOL_OFF_MS = 30_000;

/** The tier's own four folders, lock and secret, a block each. */
const FIXED_BYTES = 6 * BLOCK_BYTES;

interface KeeperOptions {
  readonly files: EntryFiles;
  readonly recordFiles: RecordFiles;
  /** Takes the entries of a large folder into an empty index: a hint, see survey.ts. */
  readonly survey: (index: EntryIndex) => Promise<void>;
  /** Bound on the blocks of all that lies in the folder. */
  readonly maxBytes: number;
  readonly clock: Clock;
}

interface Pending {
  readonly name: string;
  readonly length: number;
  readonly turn: Turn;
  readonly evicted: Evicted;
}

/**
 * Resolves when the books are rebuilt, what killed processes left half-written is removed, and the
 * folder is within `maxBytes`.
 */
export async function keepBooks({
  files,
  recordFiles,
  survey,
  maxBytes,
  clock,
}: KeeperOptions): Promise<BookKeeper> {
  const turns = createTurns();
  const running = createRunning();
  let fullUntil = 0;
  await files.discardPartials(null);
  const mostChanges = changesBetweenSnapshots(maxBytes);
  const recalled = await recall(recordFiles);
  const { index } = recalled;
  if (index.size() === 0 && (await isLarge(files))) await survey(index);
  await scanEntries(files, index);
  const record = await keepRecord({ ...recalled, files: recordFiles, mostChanges });
  const space = createSpace({
    index,
    maxBytes,
    fixedBytes: FIXED_BYTES + recordBytes(mostChanges),
    unlink: (name) => running.follow(unlinkUnlessBack(name)),
  });
  await space.trim();
  const usage = () => ({ ...space.usage(), maxBytes });
  return {
    desk,
    usage,
    async close() {
      await running.close();
      await record.close();
    },
  };

  function desk(writer: string): Desk {
    const reservations = new Map<Reservation, Pending>();
    const asked = createRunning();
    let taken = 0;
    let ended = false;

    return {
      look(name) {
        const entry = index.get(name);
        return entry ? { kind: 'length', length: entry.length } : { kind: 'absent' };
      },
      reserve: (name, length) => asked.accept(() => reserve(name, length)),
      publish: (reservation, partial) =>
        asked.accept(() => publishInTurn(take(reservation), partial)),
      abandon: (reservation, why) => asked.accept(() => fail(take(reservation), why)),
      noteUse,
      remove: (name) => asked.accept(() => remove(name)),
      removeUnless: (name, isFit) => asked.accept(() => removeUnless(name, isFit)),
      clear: () =>
        asked.accept(async () => {
          await Promise.all([...index.names()].map(remove));
        }),
      usage,
      async end() {
        ended = true;
        const open = [...reservations.keys()].map((reservation) => take(reservation));
        await Promise.allSettled(open.map((pending) => fail(pending, 'failed')));
        await asked.close();
        await files.discardPartials(writer).catch(() => {});
      },
    };

    async function reserve(name: string, length: number): Promise<Reserved> {
      const pending = await takeRoom(name, length);
      if (ended) {
        // Its process died while it stood in line.
        await fail(pending, 'failed');
        throw new Error('The process that asked is gone.');
      }
      taken += 1;
      reservations.set(taken, pending);
      return { reservation: taken, evicted: pending.evicted };
    }

    function take(reservation: Reservation): Pending {
      const pending = reservations.get(reservation);
      if (pending === undefined) throw new Error('There is no such reservation.');
      reservations.delete(reservation);
      return pending;
    }
  }

  async function takeRoom(name: string, length: number): Promise<Pending> {
    const turn = turns.begin(name);
    try {
      if (clock.now() < fullUntil) throw new StoreRefused('full');
      const evicted = await space.reserve(name, length);
      return { name, length, turn, evicted };
    } catch (cause) {
      await giveUp(name, turn);
      throw cause;
    }
  }

  async function publishInTurn(pending: Pending, partial: string): Promise<void> {
    try {
      await pending.turn.alone(() => record.during(pending.name, () => publish(pending, partial)));
    } catch (cause) {
      await files.discard(partial).catch(() => {});
      const noRoom = isNoRoom(cause);
      await fail(pending, noRoom ? 'no-room' : 'failed');
      throw noRoom ? new StoreRefused('full', { cause }) : cause;
    }
    pending.turn.end();
  }

  async function publish({ name, length, turn }: Pending, partial: string): Promise<void> {
    if (!turn.overtaken()) await files.publish(partial, name);
    if (!turn.overtaken()) {
      turn.settle();
      space.commit(name, { length, usedAt: now() });
      return;
    }
    await files.discard(partial);
    if (index.get(name) === null) await files.unlink(name);
    space.release(length);
  }

  async function fail({ name, length, turn }: Pending, why: Unwritten): Promise<void> {
    if (why === 'no-room') fullUntil = clock.now() + FULL_COOL_OFF_MS;
    space.release(length);
    await giveUp(name, turn);
  }

  /** Whoever asked knows of newer bytes, so the old ones must not be served any more. */
  async function giveUp(name: string, turn: Turn): Promise<void> {
    if (!turn.overtaken()) await space.drop(name);
    turn.end();
  }

  async function remove(name: string): Promise<boolean> {
    const turn = turns.begin(name);
    turn.settle();
    const existed = index.get(name) !== null;
    const gone = await space.drop(name).finally(() => turn.end());
    if (!gone) throw new Error('The file of a removed entry could not be deleted.');
    return existed;
  }

  async function removeUnless(name: string, isFit: () => Promise<boolean>): Promise<void> {
    const turn = turns.begin(name);
    let removal: Promise<unknown> = Promise.resolve();
    try {
      await turn.alone(async () => {
        // Not waited for in here: the unlink stands in line behind this.
        if (!(await isFit())) removal = space.drop(name);
      });
      await removal;
    } finally {
      turn.end();
    }
  }

  async function unlinkUnlessBack(name: string): Promise<void> {
    const turn = turns.begin(name);
    try {
      await turn.alone(async () => {
        if (index.get(name) === null) await files.unlink(name);
      });
    } finally {
      turn.end();
    }
  }

  /** Once a minute is enough for the order of eviction, and spares the disk a write per hit. */
  function noteUse(name: string): void {
    const entry = index.get(name);
    if (entry === null) return;
    const usedAt = Math.max(now(), entry.usedAt);
    index.use(name, usedAt);
    if (minuteOf(usedAt) === minuteOf(entry.usedAt)) return;
    record.noteUse(name);
    // Recency is a hint: a disk that can't take it will fail the next store as well.
    running.follow(files.touch(name, usedAt)).catch(() => {});
  }

  /** Seconds since the epoch. */
  function now(): number {
    return Math.floor(clock.now() / 1000);
  }
}

function minuteOf(seconds: number): number {
  return Math.floor(seconds / 60);
}
