// `npm run bench -- --micro`: hot functions one by one, and how they compare with an earlier run.
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { resultFile } from '../report/report.ts';
import { subjects } from './subjects.ts';
import { type Timing, timeAll } from './timing.ts';

/** Two runs of the same code on a busy machine were seen to differ by this much. */
const NOISE = 0.25;

/** @param baseline the JSON file of an earlier run, or null */
export async function runMicro(baseline: string | null): Promise<void> {
  const before = baseline === null ? [] : readBaseline(baseline);
  const timings = timeAll(subjects());
  const file = resultFile(Date.now(), 'micro.json');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(timings, null, 2)}\n`);
  const rows = timings.map((timing) => line(timing, before));
  process.stdout.write(`| function | ns | paces | to the baseline | |
|---|---|---|---|---|
${rows.join('\n')}

A pace is a SHA-256 of 1 KiB, timed just before; baselines are compared in paces.
${file}
`);
}

function line({ name, nanoseconds, paces }: Timing, before: readonly Timing[]): string {
  const old = before.find((timing) => timing.name === name);
  const ratio = old === undefined ? null : paces / old.paces;
  const told = ratio === null ? '' : ratio.toFixed(2);
  return `| ${name} | ${nanoseconds.toFixed(0)} | ${paces.toFixed(3)} | ${told} | ${verdict(ratio)} |`;
}

function verdict(ratio: number | null): string {
  if (ratio === null || Math.abs(ratio - 1) <= NOISE) return '';
  return ratio > 1 ? 'slower' : 'faster';
}

function readBaseline(file: string): readonly Timing[] {
  const timings: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(timings)) throw new Error(`${file} is no report of --micro`);
  return timings as Timing[];
}
