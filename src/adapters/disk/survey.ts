// A quick look at every file of a large folder, for a start without a record. What it finds is a hint
// as the record is: the scan goes through all folders afterwards.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EntryIndex } from './entry-index.ts';
import { allFolders } from './entry-name.ts';

export interface SurveyTask {
  /** Paths of folders of entries. */
  readonly folders: readonly string[];
}

/** As many as small machines have cores; each leaves some 20 MB behind that the system keeps. */
const THREADS = 2;

/** Beside this file, in the form that this file has: source or built. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './survey-thread.ts' : './survey-thread.js',
  import.meta.url,
);

/**
 * Takes the entries under `path` into the index, in order of use. Never rejects: what a thread that
 * failed has not found is found by the scan.
 */
export async function survey(path: string, index: EntryIndex): Promise<void> {
  const folders = allFolders().map((folder) => join(path, 'entries', folder));
  const share = Math.ceil(folders.length / THREADS);
  await Promise.all(
    Array.from({ length: THREADS }, (_, thread) =>
      surveyed({ folders: folders.slice(thread * share, (thread + 1) * share) }, index),
    ),
  );
  index.sortByUse();
}

function surveyed(task: SurveyTask, index: EntryIndex): Promise<void> {
  return new Promise((resolve) => {
    const thread = new Worker(THREAD, { workerData: task });
    thread.on('message', (records: Uint32Array) => index.takeIn(records));
    thread.on('error', () => resolve());
    thread.on('exit', () => resolve());
  });
}
