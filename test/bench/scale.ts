// How large a run is: in full within 20 minutes on two cores, quick within 5.
import { parseArgs } from 'node:util';
import type { Scale } from './row.ts';

export interface Asked {
  /** Null means all. */
  readonly rows: readonly string[] | null;
  readonly scale: Scale;
  readonly micro: boolean;
  /** A report of an earlier `--micro`. */
  readonly compare: string | null;
}

const FULL: Scale = {
  pairs: 7,
  warmMib: 1024,
  sharedMib: 128,
  coldMib: 256,
  slowMib: 128,
  seconds: 3,
  memorySeconds: 30,
  entries: [10_000, 100_000, 1_000_000],
};

const QUICK: Scale = {
  pairs: 3,
  warmMib: 256,
  sharedMib: 32,
  coldMib: 64,
  slowMib: 48,
  seconds: 1.5,
  memorySeconds: 10,
  entries: [10_000, 100_000],
};

export const USAGE = `npm run bench -- [OPTIONS]

  --rows A,B         only these rows
  --quick            small sizes and 3 pairs: under 5 minutes
  --pairs N          pairs of each comparison
  --warm-mib N       image of the warm downloads
  --seconds N        length of a measurement of requests a second
  --memory-minutes N how long the slow readers read
  --micro            time hot functions instead
  --compare FILE     with --micro: against the report of an earlier run
`;

/** Throws on arguments that say nothing. */
export function readArguments(args: readonly string[]): Asked {
  const number = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string' },
      quick: { type: 'boolean', default: false },
      micro: { type: 'boolean', default: false },
      compare: { type: 'string' },
      pairs: number,
      'warm-mib': number,
      seconds: number,
      'memory-minutes': number,
    },
  });
  const base = values.quick ? QUICK : FULL;
  const minutes = given(values['memory-minutes'], base.memorySeconds / 60);
  return {
    rows: values.rows?.split(',') ?? null,
    micro: values.micro,
    compare: values.compare ?? null,
    scale: {
      ...base,
      pairs: given(values.pairs, base.pairs),
      warmMib: given(values['warm-mib'], base.warmMib),
      seconds: given(values.seconds, base.seconds),
      memorySeconds: minutes * 60,
    },
  };
}

function given(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${text} is not a number above 0`);
  return value;
}
