import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ChunkLayout,
  chunkCount,
  chunkLength,
  type Slice,
  sliceAt,
} from '../../src/core/chunk-plan.ts';

const layout = fc.record({
  size: fc.integer({ min: 1, max: 1_000 }),
  chunkSize: fc.integer({ min: 1, max: 300 }),
});

test('chunks tile the image: all full but the last, which has what remains', () => {
  fc.assert(
    fc.property(layout, (cut) => {
      const lengths = Array.from({ length: chunkCount(cut) }, (_, at) => chunkLength(cut, at));
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(cut.size);
      expect(lengths.slice(0, -1).every((length) => length === cut.chunkSize)).toBe(true);
      expect(lengths.at(-1)).toBeGreaterThan(0);
    }),
  );
});

test('the slices of a range are its bytes, in order, one slice per chunk that it touches', () => {
  const range = fc.tuple(layout, fc.nat(), fc.nat()).map(([cut, a, b]) => {
    const start = a % cut.size;
    return { cut, start, end: start + 1 + (b % (cut.size - start)) };
  });
  fc.assert(
    fc.property(range, ({ cut, start, end }) => {
      const slices = slicesOf(cut, start, end);
      const bytes = slices.flatMap(({ index, from, to }) =>
        Array.from({ length: to - from }, (_, at) => index * cut.chunkSize + from + at),
      );
      expect(bytes).toEqual(Array.from({ length: end - start }, (_, at) => start + at));
      const touched = new Set(bytes.map((at) => Math.floor(at / cut.chunkSize)));
      expect(slices.map(({ index }) => index)).toEqual([...touched]);
      for (const { index, to } of slices) expect(to).toBeLessThanOrEqual(chunkLength(cut, index));
    }),
  );
});

test('positions beyond 4 GiB are as exact as any', () => {
  const cut = { size: 2 ** 42 + 5, chunkSize: 4 * 2 ** 20 };
  expect(chunkCount(cut)).toBe(2 ** 20 + 1);
  expect(chunkLength(cut, 2 ** 20)).toBe(5);
  expect(sliceAt(cut, 2 ** 42 - 1, cut.size)).toEqual({
    index: 2 ** 20 - 1,
    from: cut.chunkSize - 1,
    to: cut.chunkSize,
  });
});

function slicesOf(cut: ChunkLayout, start: number, end: number): readonly Slice[] {
  const slices: Slice[] = [];
  for (let position = start; position < end; ) {
    const slice = sliceAt(cut, position, end);
    expect(slice.to).toBeGreaterThan(slice.from);
    slices.push(slice);
    position += slice.to - slice.from;
  }
  return slices;
}
