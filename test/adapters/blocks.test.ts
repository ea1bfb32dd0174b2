import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { createBlocks } from '../../src/adapters/node/blocks.ts';

const SIZE = 64;

describe('blocks', () => {
  it('are lent again when every holder has released them, and not before', () => {
    const blocks = createBlocks({ size: SIZE, step: 2 * SIZE, readyBytes: 10 * SIZE });
    const first = blocks.lend(SIZE);
    blocks.hold(first);
    blocks.release(first);
    expect(blocks.lend(SIZE).buffer).not.toBe(first.buffer);
    blocks.release(first);
    expect(blocks.lend(SIZE).buffer).toBe(first.buffer);
  });

  it('are not given away by a loan that is over, however often it is released', () => {
    const blocks = createBlocks({ size: SIZE, step: 2 * SIZE, readyBytes: 10 * SIZE });
    const over = blocks.lend(SIZE);
    blocks.release(over);
    const current = blocks.lend(SIZE);
    expect(current.buffer).toBe(over.buffer);
    blocks.release(over);
    blocks.release(over);
    expect(blocks.lend(SIZE).buffer).not.toBe(current.buffer);
  });

  it('of another size are given up, and bytes that were not lent are left alone', () => {
    const blocks = createBlocks({ size: SIZE, step: 2 * SIZE, readyBytes: 10 * SIZE });
    const [shorter, foreign] = [blocks.lend(SIZE - 1), new Uint8Array(SIZE)];
    expect([shorter, foreign].map((bytes) => blocks.hold(bytes))).toEqual([true, false]);
    for (const bytes of [shorter, foreign]) blocks.release(bytes);
    expect(shorter.byteLength).toBe(SIZE - 1);
    for (const bytes of [shorter, foreign]) blocks.release(bytes);
    expect([shorter.byteLength, foreign.byteLength]).toEqual([0, SIZE]);
    expect([shorter.buffer, foreign.buffer]).not.toContain(blocks.lend(SIZE).buffer);
  });

  it('of any whole number of steps are lent again, each to who wants its size', () => {
    const blocks = createBlocks({ size: SIZE, step: 16, readyBytes: 10 * SIZE });
    const [one, two] = [blocks.lend(16), blocks.lend(32)];
    blocks.release(one);
    blocks.release(two);
    expect(blocks.lend(32).buffer).toBe(two.buffer);
    expect(blocks.lend(16).buffer).toBe(one.buffer);
    expect(blocks.lend(16).buffer).not.toBe(one.buffer);
  });

  it('that were put back least lately go first when too many lie ready', () => {
    const blocks = createBlocks({ size: SIZE, step: 16, readyBytes: SIZE + 16 });
    const [small, large, more] = [blocks.lend(32), blocks.lend(SIZE), blocks.lend(16)];
    for (const bytes of [small, large, more]) blocks.release(bytes);
    expect(blocks.lend(16).buffer).toBe(more.buffer);
    expect(blocks.lend(SIZE).buffer).toBe(large.buffer);
    expect(blocks.lend(32).buffer).not.toBe(small.buffer);
  });

  it('count as lent until the last holder has released them', () => {
    const blocks = createBlocks({ size: SIZE, step: SIZE, readyBytes: SIZE });
    const [block, odd] = [blocks.lend(SIZE), blocks.lend(5)];
    blocks.hold(block);
    blocks.release(block);
    expect(blocks.lent()).toBe(SIZE + 5);
    blocks.release(block);
    blocks.release(block);
    blocks.release(odd);
    expect(blocks.lent()).toBe(0);
  });

  it('that nobody releases count until they are collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const blocks = createBlocks({ size: SIZE, step: SIZE, readyBytes: SIZE });
    const forget = () => void blocks.lend(SIZE).fill(1);
    for (let loans = 0; loans < 10; loans += 1) forget();
    expect(blocks.lent()).toBe(10 * SIZE);
    await vi.waitUntil(() => {
      collect();
      return blocks.lent() < 10 * SIZE;
    });
  });

  it('lie ready up to the bound, and beyond it are no memory any more', () => {
    const blocks = createBlocks({ size: SIZE, step: 2 * SIZE, readyBytes: 2 * SIZE + SIZE / 2 });
    const lent = [1, 2, 3].map(() => blocks.lend(SIZE));
    for (const bytes of lent) blocks.release(bytes);
    expect(lent.map(({ byteLength }) => byteLength)).toEqual([SIZE, SIZE, 0]);
    const again = [1, 2, 3].map(() => blocks.lend(SIZE).buffer);
    const kept = lent.slice(0, 2).map(({ buffer }) => buffer);
    expect(new Set(again.slice(0, 2))).toEqual(new Set(kept));
    expect(again[2]).not.toBe(lent[2]?.buffer);
  });
});
