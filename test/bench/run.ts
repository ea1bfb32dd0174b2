// `npm run bench`: figures for people. Never part of the tests: only ratios from one run mean
// anything, and nothing passes or fails by them.
import { runBench } from './bench.ts';
import { runMicro } from './micro/run-micro.ts';
import { ROWS } from './rows/all.ts';
import { type Asked, readArguments, USAGE } from './scale.ts';

const asked = argumentsOrUsage();
if (asked?.micro) await runMicro(asked.compare);
else if (asked) {
  const { rows: wanted, scale } = asked;
  const rows = ROWS.filter(({ name }) => wanted?.includes(name) ?? true);
  const unknown = wanted?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
  if (unknown.length > 0) {
    const known = ROWS.map(({ name }) => name).join(', ');
    process.stderr.write(`no such row: ${unknown.join(', ')}; there are ${known}\n`);
    process.exitCode = 2;
  } else if (!(await runBench(rows, scale))) process.exitCode = 1;
}

function argumentsOrUsage(): Asked | null {
  try {
    return readArguments(process.argv.slice(2));
  } catch (thrown) {
    process.stderr.write(
      `${thrown instanceof Error ? thrown.message : 'bad arguments'}\n\n${USAGE}`,
    );
    process.exitCode = 2;
    return null;
  }
}
