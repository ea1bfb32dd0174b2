// What the index's record tells at start-up: the entries as they were, without those that may have
// changed since. A hint: which files there are is seen from the files (scan.ts).
import { createEntryIndex, type EntryIndex } from './entry-index.ts';
import type { RecordFiles } from './record-files.ts';

export interface Recalled {
  /** Empty when there is no record, or none that can be believed. */
  readonly index: EntryIndex;
  /** The number of the log to begin next. */
  readonly nextLog: number;
  /** The record is of a tier that was closed: it lacks nothing. */
  readonly complete: boolean;
}

/** Never rejects: a record that can't be read is removed, and everything is looked at anew. */
export async function recall(files: RecordFiles): Promise<Recalled> {
  const recalled = await believable(files).catch(() => null);
  if (recalled !== null) return recalled;
  await files.removeAll().catch(() => {});
  return { index: createEntryIndex(), nextLog: 1, complete: false };
}

async function believable(files: RecordFiles): Promise<Recalled | null> {
  const snapshot = await files.readSnapshot();
  if (snapshot === null) return null;
  const { index, from, closed } = snapshot;
  const logs = (await files.logs()).filter((number) => number >= from);
  // A snapshot that was not the last word has a log, or the log is lost.
  if (logs.length === 0) return closed ? { index, nextLog: from, complete: true } : null;
  for (const [at, number] of logs.entries()) {
    const names = number === from + at ? await files.readLog(number) : null;
    if (names === null) return null;
    for (const name of names) index.remove(name);
  }
  return { index, nextLog: from + logs.length, complete: false };
}
