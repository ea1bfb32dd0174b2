// The map for what comes and goes: a map in order of arrival whose values are let go.
import { expect, test } from 'vitest';
import { createPassingMap } from '../../../src/adapters/otel/passing-map.ts';

test('values are found under their keys, in order of arrival', () => {
  const map = createPassingMap<number>();
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const) {
    map.set(key, value);
  }
  map.set('a', 4);
  expect(map.values()).toEqual([4, 2, 3]);
  expect(map.oldestKey()).toBe('a');
  expect(map.oldest()).toBe(4);
  expect(map.get('b')).toBe(2);
  expect(map.get('d')).toBeUndefined();
});

test('what is deleted is handed back once, and its place serves the next one', () => {
  const map = createPassingMap<string>();
  map.set('a', 'one');
  map.set('b', 'two');
  expect(map.delete('a')).toBe('one');
  expect(map.delete('a')).toBeUndefined();
  map.set('c', 'three');
  expect(map.get('a')).toBeUndefined();
  expect(map.values()).toEqual(['two', 'three']);
  expect(map.oldest()).toBe('two');
  expect(map.size).toBe(2);
});

test('an empty one has no oldest', () => {
  const map = createPassingMap<string>();
  map.set('a', 'one');
  map.delete('a');
  expect([map.size, map.oldestKey(), map.oldest(), map.values()]).toEqual([
    0,
    undefined,
    undefined,
    [],
  ]);
});
