import { expect, test } from 'vitest';
import { createScratches } from '../../../src/adapters/node/scratches.ts';

const bytes = (size: number, value: number) => new Uint8Array(size).fill(value);

test('there are two blocks, and a third copy has to wait for one of them', () => {
  const scratches = createScratches();
  const [first, second] = [scratches.copyOf(bytes(8, 1)), scratches.copyOf(bytes(8, 2))];
  expect([first?.bytes, second?.bytes]).toEqual([bytes(8, 1), bytes(8, 2)]);
  expect(scratches.copyOf(bytes(8, 3))).toBeNull();
  if (first) scratches.giveBack(first);
  const third = scratches.copyOf(bytes(8, 3));
  expect(third?.bytes).toEqual(bytes(8, 3));
  expect(third?.block).toBe(first?.block);
  expect(second?.bytes).toEqual(bytes(8, 2));
});

test('a block that is too small is replaced, one that is too large is used', () => {
  const scratches = createScratches();
  const small = scratches.copyOf(bytes(4, 1));
  if (small) scratches.giveBack(small);
  const large = scratches.copyOf(bytes(8, 2));
  expect(large?.bytes).toEqual(bytes(8, 2));
  if (large) scratches.giveBack(large);
  const again = scratches.copyOf(bytes(4, 3));
  expect([again?.bytes, again?.block === large?.block]).toEqual([bytes(4, 3), true]);
});

test('what is shared already is not copied', () => {
  const scratches = createScratches();
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  for (let time = 0; time < 3; time += 1) expect(scratches.copyOf(shared)?.bytes).toBe(shared);
});
