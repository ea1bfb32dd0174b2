// A run of the benchmark: row after row, a report at the end whatever becomes of single rows, and
// nothing left behind.
import { accessSync, constants, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Children, createChildren } from './measure/children.ts';
import { createStallLog } from './measure/stalls.ts';
import { describeMachine } from './report/machine.ts';
import { markdown } from './report/markdown.ts';
import { type Report, type ReportedRow, writeReport } from './report/report.ts';
import type { Bench, Row, RowResult, Scale } from './row.ts';

/** Longer than any row takes on a slow machine: a row that hangs must not cost the others. */
const ROW_MS = 10 * 60_000;

/** False when a row has failed. */
export async function runBench(rows: readonly Row[], scale: Scale): Promise<boolean> {
  const startedAt = Date.now();
  const machine = describeMachine();
  const children = createChildren();
  const [folder, fastFolder] = [await makeFolder(tmpdir()), await makeFolder(fastPlace())];
  // Also when the run is interrupted: this is the last thing that a process does.
  process.once('exit', () => {
    children.killAll();
    for (const path of [folder, fastFolder]) rmSync(path, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const stalls = createStallLog();
  const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
  const bench: Bench = { scale, folder, fastFolder, children, stalls, say };

  const reported: ReportedRow[] = [];
  for (const row of rows) {
    process.stderr.write(`${row.title}\n`);
    stalls.enter(row.name);
    const began = Date.now();
    const result = await attempt(row, bench, children);
    const seconds = (Date.now() - began) / 1000;
    reported.push({ name: row.name, title: row.title, seconds, result });
  }
  const seconds = (Date.now() - startedAt) / 1000;
  const report: Report = { startedAt, seconds, machine, scale, rows: reported };
  const files = await writeReport(report);
  process.stdout.write(`${markdown(report)}\n${files.join('\n')}\n`);
  return reported.every(({ result }) => result.kind !== 'failed');
}

/** A row that fails is a row that says so. */
async function attempt(row: Row, bench: Bench, children: Children): Promise<RowResult> {
  const late = Promise.withResolvers<never>();
  const minutes = bench.scale.memorySeconds * 1000;
  const timer = setTimeout(() => late.reject(new Error('it takes too long')), ROW_MS + minutes);
  try {
    return await Promise.race([row.run(bench), late.promise]);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    bench.say(thrown instanceof Error ? (thrown.stack ?? why) : why);
    return { kind: 'failed', why };
  } finally {
    clearTimeout(timer);
    children.killAll();
  }
}

const makeFolder = (place: string): Promise<string> => mkdtemp(join(place, 'glance-edge-bench-'));

/** Where the machine keeps files in its memory, when it has such a place. */
function fastPlace(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
