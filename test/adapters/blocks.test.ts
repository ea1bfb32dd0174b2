import { describe, expect, it } from 'vitest';
import { createBlocks } from '../../src/adapters/node/blocks.ts';

const SIZE = 64;

describe('blocks', () => {
  it('are lent again when every holder has released them, and not before', () => {
    const blocks = createBlocks({ size: SIZE, readyBytes: 10 * SIZE });
    const first = blocks.lend(SIZE);
    blocks.hold(first);
    blocks.release(first);
    expect(blocks.lend(SIZE).buffer).not.toBe(first.buffer);
    blocks.release(first);
    expect(blocks.lend(SIZE).buffer).toBe(first.buffer);
  });

  it('are not given away by a loan that is over, however often it is released', () => {
    const blocks = createBlocks({ size: SIZE, readyBytes: 10 * SIZE });
    const over = blocks.lend(SIZE);
    blocks.release(over);
    const current = blocks.lend(SIZE);
    expect(current.buffer).toBe(over.buffer);
    blocks.release(over);
    blocks.release(over);
    expect(blocks.lend(SIZE).buffer).not.toBe(current.buffer);
  });

  it('of another size, and bytes that were not lent, are plain memory', () => {
    const blocks = createBlocks({ size: SIZE, readyBytes: 10 * SIZE });
    const [shorter, foreign] = [blocks.lend(SIZE - 1), new Uint8Array(SIZE)];
    for (const bytes of [shorter, foreign]) {
      blocks.hold(bytes);
      blocks.release(bytes);
      blocks.release(bytes);
    }
    expect(shorter.byteLength).toBe(SIZE - 1);
    expect([shorter.buffer, foreign.buffer]).not.toContain(blocks.lend(SIZE).buffer);
  });

  it('lie ready up to the bound', () => {
    const blocks = createBlocks({ size: SIZE, readyBytes: 2 * SIZE + SIZE / 2 });
    const lent = [1, 2, 3].map(() => blocks.lend(SIZE));
    for (const bytes of lent) blocks.release(bytes);
    const [kept, alsoKept, dropped] = lent.map(({ buffer }) => buffer);
    const again = [1, 2, 3].map(() => blocks.lend(SIZE).buffer);
    expect(new Set(again.slice(0, 2))).toEqual(new Set([kept, alsoKept]));
    expect(again[2]).not.toBe(dropped);
  });
});
