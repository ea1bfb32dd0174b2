import { expect, test } from 'vitest';
import { createKeptTraces } from '../../../src/adapters/otel/kept-traces.ts';

test('ordinary traces go, the oldest first, and notable ones stay', () => {
  const kept = createKeptTraces<string>(8);
  expect(kept.keep('error', 'error', 'error')).toBeUndefined();
  expect(kept.keep('slow', 'slow', 'slow')).toBeUndefined();
  for (let n = 0; n < 6; n += 1) expect(kept.keep(`${n}`, `${n}`, 'ordinary')).toBeUndefined();
  expect(kept.keep('6', '6', 'ordinary')).toBe('0');
  expect(kept.newestFirst()).toEqual(['6', '5', '4', '3', '2', '1', 'slow', 'error']);
});

test('notable ones have a part of the room each; beyond it they go like the others', () => {
  const kept = createKeptTraces<string>(8);
  const errors = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  for (const name of errors) expect(kept.keep(name, name, 'error')).toBeUndefined();
  const gone = ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'].map((name) =>
    kept.keep(name, name, 'ordinary'),
  );
  expect(gone).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'i']);
  expect(kept.keep('q', 'q', 'error')).toBe('h');
});

test('without room for notable ones all are ordinary', () => {
  const kept = createKeptTraces<string>(1);
  expect(kept.keep('a', 'a', 'error')).toBeUndefined();
  expect(kept.keep('b', 'b', 'ordinary')).toBe('a');
});

test('what is taken is gone, and may come back as the newest', () => {
  const kept = createKeptTraces<string>(8);
  kept.keep('a', 'a', 'slow');
  kept.keep('b', 'b', 'ordinary');
  expect(kept.take('a')).toBe('a');
  expect(kept.get('a')).toBeUndefined();
  kept.keep('a', 'a', 'error');
  expect(kept.newestFirst()).toEqual(['a', 'b']);
});

test('when room is short for other reasons, the oldest goes whatever it is', () => {
  const kept = createKeptTraces<string>(8);
  kept.keep('a', 'a', 'error');
  kept.keep('b', 'b', 'ordinary');
  const gone = [kept.forgetOldest(), kept.forgetOldest(), kept.forgetOldest()];
  expect(gone).toEqual(['a', 'b', undefined]);
});
