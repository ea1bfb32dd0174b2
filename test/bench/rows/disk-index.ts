// The disk tier's books from ten thousand entries to a million: start-up, lookups, evictions and
// memory for each entry.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nextMessage } from '../measure/conversation.ts';
import type { Bench, Fact, Row, RowResult } from '../row.ts';
import type { IndexFigures } from './disk-index-child.ts';

/** Of the largest index. */
const [START_UP_SECONDS, BYTES_PER_ENTRY] = [3, 200];

export const diskIndex: Row = {
  name: 'disk-index',
  title: 'The disk tier’s index, by its size',
  run,
};

async function run(bench: Bench): Promise<RowResult> {
  const facts: Fact[] = [];
  const largest = Math.max(...bench.scale.entries);
  for (const entries of bench.scale.entries) {
    bench.say(`${entries} entries`);
    const folder = await mkdtemp(join(bench.fastFolder, 'glance-edge-index-'));
    const module = join(import.meta.dirname, 'disk-index-child.ts');
    const execArgv = ['--expose-gc'];
    const child = bench.children.fork(module, [folder, String(entries)], { execArgv });
    try {
      facts.push(...told(await nextMessage<IndexFigures>(child), entries, entries === largest));
    } finally {
      await bench.children.end(child);
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    kind: 'measured',
    how: `entries of 4 KiB that take no room, in ${bench.fastFolder}; memory is what stays resident after a collection, once with and once without the tier`,
    comparisons: [],
    facts,
    discarded: [],
  };
}

function told(figures: IndexFigures, entries: number, isLargest: boolean): Fact[] {
  const fact = (name: string, value: number, unit: string, atMost: number | null): Fact => ({
    name: `${entries.toLocaleString('en')} entries: ${name}`,
    value,
    unit,
    atMost,
  });
  const { startUpSeconds, lookupMicroseconds, evictionMicroseconds, bytesPerEntry } = figures;
  return [
    fact('start-up', startUpSeconds, 's', isLargest ? START_UP_SECONDS : null),
    fact('lookup of what is not there', figures.missMicroseconds, 'µs', null),
    fact('lookup', lookupMicroseconds, 'µs', null),
    fact('store that evicts one', evictionMicroseconds, 'µs', null),
    fact('resident for each', bytesPerEntry, 'bytes', isLargest ? BYTES_PER_ENTRY : null),
    fact('heap for each', figures.heapBytesPerEntry, 'bytes', null),
  ];
}
