// The disk tier's books from ten thousand entries to a million: start-up, lookups, evictions and
// memory for each entry.
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nextMessage } from '../measure/conversation.ts';
import type { Bench, Fact, Row, RowResult } from '../row.ts';
import type { IndexFigures } from './disk-index-child.ts';

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
    const module = join(import.meta.dirname, 'disk-index-child.ts');
    const execArgv = ['--expose-gc'];
    const child = bench.children.fork(module, [folder, String(entries)], { execArgv });
    try {
      const figures = await nextMessage<IndexFigures>(child);
      all.push(figures);
      facts.push(...told(figures, entries));
    } finally {
      await bench.children.end(child);
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

function told(figures: IndexFigures, entries: number): Fact[] {
  const isBound = entries === BOUND.entries;
  const fact = (name: string, value: number, unit: string, atMost: number | null): Fact => ({
    name: `${entries.toLocaleString('en')} entries: ${name}`,
    value,
    unit,
    atMost,
  });
  const { startUpSeconds, lookupMicroseconds, evictionMicroseconds, bytesPerEntry } = figures;
  return [
    fact('start-up', startUpSeconds, 's', isBound ? BOUND.startUpSeconds : null),
    fact('lookup of what is not there', figures.missMicroseconds, 'µs', null),
    fact('lookup', lookupMicroseconds, 'µs', null),
    fact('store that evicts one', evictionMicroseconds, 'µs', null),
    fact('resident for each', bytesPerEntry, 'bytes', isBound ? BOUND.bytesPerEntry : null),
    fact('heap for each', figures.heapBytesPerEntry, 'bytes', null),
  ];
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
