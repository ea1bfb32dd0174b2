// What a run found: kept as JSON for programs, as Markdown for people.
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Both files' paths; below the system's folder for temporary files, because they are nobody's source. */
export async function writeReport(report: Report): Promise<readonly string[]> {
  const folder = join(tmpdir(), 'glance-edge-bench-results');
  await mkdir(folder, { recursive: true });
  const name = new Date(report.startedAt).toISOString().replaceAll(':', '-');
  const files = [join(folder, `${name}.md`), join(folder, `${name}.json`)] as const;
  await writeFile(files[0], markdown(report));
  await writeFile(files[1], `${JSON.stringify(report, null, 2)}\n`);
  return files;
}
