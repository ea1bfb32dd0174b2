// Which traces are held, and which one goes for a new one.
import { expect, test } from 'vitest';
import { createKeptTraces } from '../../../src/adapters/otel/kept-traces.ts';

test('the oldest of the most frequent kind goes, and rare kinds stay', () => {
  const kept = createKeptTraces<string>(8);
  expect(kept.keep('error', 'error', 'error')).toBeUndefined();
  expect(kept.keep('slow', 'slow', 'slow')).toBeUndefined();
  for (let n = 0; n < 6; n += 1) expect(kept.keep(`${n}`, `${n}`, 'record')).toBeUndefined();
  expect(kept.keep('6', '6', 'record')).toBe('0');
  expect([...kept.newestFirst()]).toEqual(['6', '5', '4', '3', '2', '1', 'slow', 'error']);
});

test('a flood makes room for another kind, down to as many as that has', () => {
  const kept = createKeptTraces<string>(8);
  const flood = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  for (const name of flood) expect(kept.keep(name, name, 'refused')).toBeUndefined();
  const gone = ['1', '2', '3', '4', '5', '6'].map((name) => kept.keep(name, name, 'data'));
  expect(gone).toEqual(['a', 'b', 'c', 'd', '1', '2']);
  expect(kept.keep('i', 'i', 'refused')).toBe('e');
});

test('of kinds with as many traces each the oldest goes', () => {
  const kept = createKeptTraces<string>(1);
  expect(kept.keep('a', 'a', 'error')).toBeUndefined();
  expect(kept.keep('b', 'b', 'record')).toBe('a');
  expect([...kept.newestFirst()]).toEqual(['b']);
});

test('what is taken is gone, and may come back as the newest', () => {
  const kept = createKeptTraces<string>(8);
  kept.keep('a', 'a', 'slow');
  kept.keep('b', 'b', 'record');
  expect(kept.take('a')).toBe('a');
  expect(kept.get('a')).toBeUndefined();
  kept.keep('a', 'a', 'error');
  expect([...kept.newestFirst()]).toEqual(['a', 'b']);
});

test('a trace is held once, whatever it was of before', () => {
  const kept = createKeptTraces<string>(8);
  kept.keep('a', 'a', 'record');
  kept.keep('a', 'a', 'error');
  expect([...kept.newestFirst()]).toEqual(['a']);
  expect([kept.forgetOldest(), kept.forgetOldest()]).toEqual(['a', undefined]);
});
