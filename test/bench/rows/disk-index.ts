// The disk tier's index from ten thousand entries to a million: start-up from the files alone, after
// a stop and after a kill; lookups, evictions and memory for each entry.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nextMessage } from '../measure/conversation.ts';
import type { Bench, Fact, Row, RowResult } from '../row.ts';
import type { IndexFigures, Life, LifeFigures, StartUp } from './disk-index-child.ts';

/** The bounds, and the size that they are for. */
const BOUND = { entries: 1_000_000, startUpSeconds: 3, bytesPerEntry: 200 };

export const diskIndex: Row = {
  name: 'disk-index',
  title: 'The disk tier’s index, by its size',
  run,
};

async function run(bench: Bench): Promise<RowResult> {
  const facts: Fact[] = [];
  const all: IndexFigures[] = [];
  for (const entries of bench.scale.entries) {
    bench.say(`${entries} entries`);
    const folder = await mkdtemp(join(bench.fastFolder, 'index-'));
    try {
      const { starts, index } = await livesOf(bench, folder, entries);
      all.push(index);
      facts.push(...startsTold(starts, entries), ...indexTold(index, entries));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    kind: 'measured',
    how: `entries of 4 KiB that take no room, in ${dirname(bench.fastFolder)}; memory is what stays resident after a collection, once with and once without the tier`,
    comparisons: [],
    facts: [...facts, ...growth(all)],
    discarded: [],
  };
}

interface Lives {
  /** By what the start found. */
  readonly starts: Readonly<Record<string, StartUp>>;
  readonly index: IndexFigures;
}

async function livesOf(bench: Bench, folder: string, entries: number): Promise<Lives> {
  const live = async (life: Life): Promise<LifeFigures> => {
    const module = join(import.meta.dirname, 'disk-index-child.ts');
    const execArgv = ['--expose-gc'];
    const child = bench.children.fork(module, [folder, String(entries), life], { execArgv });
    const exited = once(child, 'exit');
    const figures = await nextMessage<LifeFigures>(child);
    child.kill('SIGKILL');
    await exited;
    return figures;
  };
  const first = await live('first');
  const second = await live('second');
  const third = await live('third');
  if (second.index === null) throw new Error('the second life has told no figures');
  const starts = {
    'files alone': first.startUp,
    'after a stop': second.startUp,
    'after a kill': third.startUp,
  };
  return { starts, index: second.index };
}

function startsTold(starts: Lives['starts'], entries: number): Fact[] {
  return Object.entries(starts).flatMap(([found, { seconds, cpuSeconds }]) => {
    const bounded = entries === BOUND.entries && found !== 'files alone';
    const atMost = bounded ? BOUND.startUpSeconds : null;
    return [
      fact(entries, `start-up, ${found}`, seconds, 's', atMost),
      fact(entries, `start-up, ${found}, CPU`, cpuSeconds, 's'),
    ];
  });
}

function indexTold(figures: IndexFigures, entries: number): Fact[] {
  const { lookupMicroseconds, evictionMicroseconds, bytesPerEntry } = figures;
  const atMost = entries === BOUND.entries ? BOUND.bytesPerEntry : null;
  return [
    fact(entries, 'lookup of what is not there, CPU', figures.missMicroseconds, 'µs'),
    fact(entries, 'lookup, CPU', lookupMicroseconds, 'µs'),
    fact(entries, 'store that evicts one, CPU', evictionMicroseconds, 'µs'),
    fact(entries, 'resident for each', bytesPerEntry, 'bytes', atMost),
    fact(entries, 'heap for each', figures.heapBytesPerEntry, 'bytes'),
  ];
}

function fact(
  entries: number,
  what: string,
  value: number,
  unit: string,
  atMost: number | null = null,
): Fact {
  return { name: `${entries.toLocaleString('en')} entries: ${what}`, value, unit, atMost };
}

/** How much dearer things are in the largest index than in the smallest: 1 is flat. */
function growth(all: readonly IndexFigures[]): Fact[] {
  const [first, last] = [all.at(0), all.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const of = (name: string, figure: keyof IndexFigures): Fact => {
    const value = last[figure] / first[figure];
    return { name: `${name}, largest over smallest`, value, unit: 'times', atMost: null };
  };
  return [of('lookup', 'lookupMicroseconds'), of('store that evicts', 'evictionMicroseconds')];
}
