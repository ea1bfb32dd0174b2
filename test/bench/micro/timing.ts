// Times a function that takes nanoseconds to milliseconds: many short batches in turn with a known
// piece of work, and of each the fastest, which other work on the machine can't have slowed down.
import { createHash } from 'node:crypto';
import type { Subject } from './subjects.ts';

export interface Timing {
  readonly name: string;
  readonly nanoseconds: number;
  /** In units of the pace, timed in turn with it: what a slower machine does not change. */
  readonly paces: number;
}

const WARM_UP_MS = 60;
const BATCH_MS = 2;
const BATCHES = 60;

export function timeAll(subjects: readonly Subject[]): readonly Timing[] {
  return subjects.map(({ name, run }) => {
    const [subject, pace] = [createBatch(run), createBatch(knownWork)];
    let [fastest, fastestPace] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let at = 0; at < BATCHES; at += 1) {
      fastest = Math.min(fastest, subject());
      fastestPace = Math.min(fastestPace, pace());
    }
    return { name, nanoseconds: fastest, paces: fastest / fastestPace };
  });
}

const INPUT = Buffer.alloc(1024, 7);
const knownWork = (): string => createHash('sha256').update(INPUT).digest('hex');

/** Runs one batch and tells the nanoseconds of one run; the code is compiled by then. */
function createBatch(run: () => unknown): () => number {
  let runs = 1;
  for (let spent = 0; spent < WARM_UP_MS; ) {
    const took = milliseconds(run, runs);
    spent += took;
    if (took < BATCH_MS / 2) runs *= 2;
  }
  return () => (milliseconds(run, runs) * 1e6) / runs;
}

function milliseconds(run: () => unknown, runs: number): number {
  const startedAt = performance.now();
  for (let at = 0; at < runs; at += 1) kept.last = run();
  return performance.now() - startedAt;
}

/** Where results go, so that no engine can leave the work out. */
export const kept: { last: unknown } = { last: null };
