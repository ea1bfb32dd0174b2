// The record of the disk tier's index: whatever the moment at which a process is killed, the next
// one's index tells what the files tell.
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepRecord } from '../../../src/adapters/disk/keep-record.ts';
import { recall } from '../../../src/adapters/disk/recall.ts';
import { scanEntries } from '../../../src/adapters/disk/scan.ts';
import { createFakeFolder, type FakeFolder } from './fake-folder.ts';

const MOST_CHANGES = 6;
const NAMES = Array.from({ length: 9 }, (_, number) => `0${number}${'0'.repeat(29)}${number}`);

const step = fc.record({
  act: fc.constantFrom('store', 'store', 'store', 'remove', 'use', 'wait'),
  name: fc.constantFrom(...NAMES),
  length: fc.integer({ min: 96, max: 9_999 }),
});

test('a kill at any moment leaves a record that agrees with the files', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.scheduler(),
      async (steps, scheduler) => {
        const folder = createFakeFolder(() => scheduler.schedule(Promise.resolve()));
        const life = { over: false };
        const run = liveOn(folder, steps).finally(() => {
          life.over = true;
        });
        while (!life.over) {
          if (scheduler.count() > 0) await scheduler.waitOne();
          await setImmediate();
          await expectAgreement(folder.asLeftByKill());
        }
        await run;
        await expectAgreement(folder.asLeftByKill());
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

test('a closed tier’s record makes every look at a file needless', async () => {
  const folder = createFakeFolder();
  await liveOn(folder, storesOf(NAMES), 'closed');
  const next = folder.asLeftByKill();
  const { index, complete } = await recall(next.recordFiles);
  await scanEntries(next.files, index);
  expect(complete).toBe(true);
  expect(next.inspected()).toEqual([]);
  expect([...index.names()]).toEqual(NAMES);
});

test('after a kill only files that changed since the snapshot are looked at', async () => {
  const folder = createFakeFolder();
  await liveOn(folder, storesOf(NAMES), 'closed');
  const killed = folder.asLeftByKill();
  await liveOn(killed, storesOf(NAMES.slice(3, 5)));
  const next = killed.asLeftByKill();
  const { index } = await recall(next.recordFiles);
  await scanEntries(next.files, index);
  expect(next.inspected().toSorted()).toEqual(NAMES.slice(3, 5));
});

test('a log that can’t be written ends the record, not the change; a later snapshot begins a new one', async () => {
  const folder = createFakeFolder();
  const { index, record } = await openOn(folder);
  folder.failLogs(true);
  const store = (name: string) =>
    record.during(name, async () => {
      folder.put(name, 100);
      index.put(name, { length: 100, usedAt: 1 });
    });
  await store(NAMES[0] ?? '');
  expect((await recall(folder.asLeftByKill().recordFiles)).index.size()).toBe(0);
  folder.failLogs(false);
  for (let change = 0; change < 2 * MOST_CHANGES; change += 1) await store(NAMES[change % 9] ?? '');
  await record.close();
  expect((await recall(folder.asLeftByKill().recordFiles)).index.size()).toBe(9);
});

test('a change does not happen when its log can be neither written nor removed', async () => {
  const folder = createFakeFolder();
  const { record } = await openOn(folder);
  folder.failLogs(true);
  folder.failRemovals(true);
  let happened = false;
  const change = record.during(NAMES[0] ?? '', async () => {
    happened = true;
  });
  await expect(change).rejects.toThrow('EIO');
  expect(happened).toBe(false);
});

interface Step {
  readonly act: string;
  readonly name: string;
  readonly length: number;
}

function storesOf(names: readonly string[]): readonly Step[] {
  return names.map((name) => ({ act: 'store', name, length: 100 }));
}

async function openOn(folder: FakeFolder) {
  const recalled = await recall(folder.recordFiles);
  const { index } = recalled;
  await scanEntries(folder.files, index);
  const record = await keepRecord({
    ...recalled,
    files: folder.recordFiles,
    mostChanges: MOST_CHANGES,
  });
  return { index, record };
}

/** A tier's life: changes as the keeper of the books makes them, several at once. */
async function liveOn(folder: FakeFolder, steps: readonly Step[], end = 'killed'): Promise<void> {
  const { index, record } = await openOn(folder);
  const changes: Promise<unknown>[] = [];
  let time = 1_000;
  for (const { act, name, length } of steps) {
    time += 60;
    const usedAt = time;
    if (act === 'wait') await Promise.all(changes);
    else if (act === 'remove') {
      index.remove(name);
      await folder.files.unlink(name);
    } else if (act === 'use') {
      index.use(name, usedAt);
      record.noteUse(name);
    } else {
      changes.push(
        record.during(name, async () => {
          folder.put(name, length);
          index.put(name, { length, usedAt });
        }),
      );
      if (end === 'closed') await changes.at(-1);
    }
  }
  await Promise.all(changes);
  if (end === 'closed') await record.close();
}

async function expectAgreement(folder: FakeFolder): Promise<void> {
  const { index } = await recall(folder.recordFiles);
  await scanEntries(folder.files, index);
  const told = [...index.names()].map((name) => [name, index.get(name)?.length] as const);
  expect(new Map(told)).toEqual(folder.lengths());
}
