// What a run found: kept as JSON for programs, as Markdown for people.
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RowResult, Scale } from '../row.ts';
import type { Machine } from './machine.ts';
import { markdown } from './markdown.ts';

export interface Report {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly machine: Machine;
  readonly scale: Scale;
  readonly rows: readonly ReportedRow[];
}

export interface ReportedRow {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly result: RowResult;
}

/** Both files' paths. */
export async function writeReport(report: Report): Promise<readonly string[]> {
  const files = [
    resultFile(report.startedAt, 'rows.md'),
    resultFile(report.startedAt, 'rows.json'),
  ] as const;
  await mkdir(dirname(files[0]), { recursive: true });
  await writeFile(files[0], markdown(report));
  await writeFile(files[1], `${JSON.stringify(report, null, 2)}\n`);
  return files;
}

/** Where results lie: below the system's folder for temporary files, because they are nobody's source. */
export function resultFile(startedAt: number, name: string): string {
  const time = new Date(startedAt).toISOString().replaceAll(':', '-');
  return join(tmpdir(), 'glance-edge-bench-results', `${time}-${name}`);
}
