// Keeps the index's record while the tier runs: each change is logged before it happens, and after
// so many of them a new snapshot makes the logs before it unnecessary.
import { type ChangeLog, LOG_HEAD_BYTES, NOTE_BYTES } from './change-log.ts';
import type { EntryIndex } from './entry-index.ts';
import type { RecordFiles } from './record-files.ts';
import { blocksFor } from './room.ts';

export interface IndexRecord {
  /**
   * Logs the name, then runs a change of that entry's file and of the index. When the log can't be
   * written, the record is removed, so that nobody believes it; rejects when that fails as well.
   */
  during<Result>(name: string, change: () => Promise<Result>): Promise<Result>;
  /** Logs that the file tells a new time of use. A hint, sent off and forgotten. */
  noteUse(name: string): void;
  /** Leaves a snapshot that lacks nothing. No change may be running. Never rejects. */
  close(): Promise<void>;
}

interface RecordOptions {
  readonly files: RecordFiles;
  readonly index: EntryIndex;
  /** See Recalled. */
  readonly nextLog: number;
  readonly complete: boolean;
  /** Changes until the next snapshot, see `changesBetweenSnapshots`. */
  readonly mostChanges: number;
}

/**
 * After a kill each logged name costs a look at its file, some 10 µs, and a snapshot 24 bytes for
 * each entry: so few changes that a start stays quick, so many that snapshots are seldom. Small
 * tiers have small logs.
 */
export function changesBetweenSnapshots(maxBytes: number): number {
  return Math.min(32_768, Math.max(128, Math.floor(maxBytes / 2 ** 20)));
}

/** The most that the record takes on disk beside its 48 bytes for each entry. */
export function recordBytes(mostChanges: number): number {
  const underWay = 256; // more than a tier lets happen at once
  const log = blocksFor(LOG_HEAD_BYTES + (mostChanges + underWay) * NOTE_BYTES);
  return 2 * log + 2 * blocksFor(1);
}

/** Resolves when the first log is there: before, nothing may change. */
export async function keepRecord(options: RecordOptions): Promise<IndexRecord> {
  const { files, index, mostChanges } = options;
  const changing = new Map<string, number>();
  let number = options.nextLog;
  let log: ChangeLog | null = null; // null while there is no record
  let noted = 0; // since the last snapshot was begun
  let renewal: Promise<void> | null = null;
  let lastTurn: Promise<unknown> = Promise.resolve();

  try {
    // Flushed: a power cut must not leave a snapshot that says that nothing followed.
    log = await files.createLog(number, 'flushed');
  } catch {
    await files.removeAll();
  }
  if (!options.complete) void startRenewal();

  return {
    async during(name, change) {
      changing.set(name, (changing.get(name) ?? 0) + 1);
      try {
        await note(name);
        return await change();
      } finally {
        const others = (changing.get(name) ?? 1) - 1;
        if (others > 0) changing.set(name, others);
        else changing.delete(name);
      }
    },
    noteUse(name) {
      if (noted < mostChanges) note(name).catch(() => {});
    },
    close: () => inTurn(() => leave().catch(removeRecord)).catch(() => {}),
  };

  async function note(name: string): Promise<void> {
    // Faster than snapshots can be written: the log has its bound.
    while (noted >= mostChanges) await startRenewal();
    noted += 1;
    for (let asked = log; asked !== null; asked = log) {
      if (await isAppended(asked, name)) break;
      // Another log may have been begun meanwhile; no log without a record, no record without a log.
      await inTurn(async () => {
        if (log === asked) await removeRecord();
      });
    }
    if (noted >= mostChanges) void startRenewal();
  }

  /** Never rejects; the one under way, if there is one. */
  function startRenewal(): Promise<void> {
    renewal ??= inTurn(() => renew().catch(removeRecord))
      .catch(() => {})
      .finally(() => {
        renewal = null;
      });
    return renewal;
  }

  async function renew(): Promise<void> {
    noted = 0;
    const before = log;
    const next = await files.createLog(number + 1, 'unflushed');
    number += 1;
    log = next;
    // Logged before, but they may happen after the snapshot has passed their place.
    const carried = next.append([...changing.keys()]);
    await before?.close();
    await carried;
    await files.writeSnapshot(index, { from: number, closed: false });
    await files.removeLogsBefore(number);
  }

  async function leave(): Promise<void> {
    await log?.close();
    log = null;
    await files.writeSnapshot(index, { from: number + 1, closed: true });
    await files.removeLogsBefore(number + 1);
  }

  /** Until the next renewal there is none. */
  async function removeRecord(): Promise<void> {
    await files.removeAll();
    const unused = log;
    log = null;
    noted = 0;
    await unused?.close();
  }

  /** One at a time: a snapshot, or the removal of all. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => {});
    return turn;
  }
}

function isAppended(log: ChangeLog, name: string): Promise<boolean> {
  return log.append([name]).then(
    () => true,
    () => false,
  );
}
