// The disk tier's index against a simple model of it: a Map, whose order is the order of use.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEntryIndex, type EntryIndex } from '../../../src/adapters/disk/entry-index.ts';

type Model = Map<string, { readonly length: number; readonly usedAt: number }>;

const NAMES = 24;

/** Names of few folders and with equal hashes, so that they meet. */
const nameOf = (number: number): string =>
  `${number % 2 === 0 ? '00' : 'ff'}00000000000${(number % 3) + 6}${'0'.repeat(16)}${String(number).padStart(2, '0')}`;

const step = fc.record({
  act: fc.constantFrom('put', 'put', 'put', 'use', 'remove', 'remove oldest', 'keep', 'sort'),
  name: fc.nat({ max: NAMES - 1 }).map(nameOf),
  length: fc.integer({ min: 96, max: 2 ** 32 - 1 }),
  usedAt: fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
});

test('it behaves like a map in order of use', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const index = createEntryIndex();
      let model: Model = new Map();
      for (const { act, name, length, usedAt } of steps) {
        if (act === 'put') {
          index.put(name, { length, usedAt });
          model.delete(name);
          model.set(name, { length, usedAt });
        } else if (act === 'use') {
          index.use(name, usedAt);
          const known = model.get(name);
          if (known && model.delete(name)) model.set(name, { ...known, usedAt });
        } else if (act === 'remove') {
          expect(index.remove(name)).toBe(model.delete(name));
        } else if (act === 'remove oldest') {
          const oldest = index.oldest();
          expect(oldest).toBe(model.keys().next().value ?? null);
          if (oldest !== null) expect(index.remove(oldest)).toBe(model.delete(oldest));
        } else if (act === 'keep') {
          const kept = [...model.keys()].filter((_, number) => number % 3 !== length % 3);
          const strange = ['no name', nameOf(NAMES)];
          const others = kept.filter((known) => !known.startsWith('00'));
          expect(index.keepOnly('00', [...kept, ...strange])).toEqual([...others, ...strange]);
          for (const known of model.keys()) {
            if (known.startsWith('00') && !kept.includes(known)) model.delete(known);
          }
        } else {
          index.sortByUse();
          model = new Map([...model].toSorted(([, a], [, b]) => a.usedAt - b.usedAt));
        }
      }
      expectSame(index, model);
      const copy = createEntryIndex();
      for (const records of index.records(7)) copy.takeIn(records);
      expectSame(copy, model);
    }),
    { numRuns: 500 },
  );
});

test('what is no name is no entry', () => {
  const index = createEntryIndex();
  const name = 'abcdef0123456789abcdef0123456789';
  index.put(name, { length: 96, usedAt: 0 });
  expect(index.keepOnly('ab', [name])).toEqual([]);
  const strange = ['', '..', name.toUpperCase(), `${name}0`, name.slice(1), name.replace('f', 'g')];
  expect(index.keepOnly('ab', [name, ...strange])).toEqual(strange);
  expect([...index.names()]).toEqual([name]);
});

test('it holds a hundred thousand entries, and forgets them', () => {
  const index = createEntryIndex();
  const names = Array.from({ length: 100_000 }, (_, number) =>
    createHash('sha256').update(String(number)).digest('hex').slice(0, 32),
  );
  for (const [number, name] of names.entries()) index.put(name, { length: 96, usedAt: number });
  // One matcher, not one for each.
  expect(names.findIndex((name, number) => index.get(name)?.usedAt !== number)).toBe(-1);
  expect(index.folders()).toHaveLength(256);
  for (const name of names) index.remove(name);
  expect([index.size(), index.oldest(), index.folders()]).toEqual([0, null, []]);
});

test('records read while entries come, go and move tell all that stayed in place', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 30 }), (turns) => {
      const index = createEntryIndex();
      for (let number = 0; number < NAMES; number += 1) {
        index.put(nameOf(number), { length: 96, usedAt: 0 });
      }
      const untouched = new Set(index.names());
      const copy = createEntryIndex();
      let turn = 0;
      for (const records of index.records(2)) {
        copy.takeIn(records);
        for (const { act, name, length, usedAt } of turns[turn] ?? []) {
          untouched.delete(name);
          if (act === 'put') index.put(name, { length, usedAt });
          else if (act === 'use') index.use(name, usedAt);
          else index.remove(name);
        }
        turn += 1;
      }
      for (const name of untouched) expect(copy.get(name)).toEqual(index.get(name));
      expect(turn).toBeLessThanOrEqual(NAMES);
    }),
  );
});

function expectSame(index: EntryIndex, model: Model): void {
  expect([...index.names()]).toEqual([...model.keys()]);
  expect(index.size()).toBe(model.size);
  for (const name of Array.from({ length: NAMES }, (_, number) => nameOf(number))) {
    expect(index.get(name)).toEqual(model.get(name) ?? null);
  }
  for (const folder of ['00', 'ff']) {
    const inside = [...model.keys()].filter((name) => name.startsWith(folder));
    expect(index.countIn(folder)).toBe(inside.length);
    expect(index.folders().includes(folder)).toBe(inside.length > 0);
  }
}
