// So many bytes are sent in one round of the event loop, whoever sends them.
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSendingTurns, roundBytes } from '../../src/entry/sending-turns.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Who may send how much in each round, all of them waiting from the start. */
async function rounds(sizes: readonly number[], bytesOfRound = 512 * KIB): Promise<string[][]> {
  const turns = createSendingTurns(bytesOfRound);
  const seen: string[][] = [];
  let now: string[] = [];
  for (const [who, bytes] of sizes.entries()) {
    turns.take(bytes, (most) => now.push(`${who}: ${most / KIB}`));
  }
  expect(now).toEqual([]);
  for (let left = sizes.length; left > 0; left -= now.length) {
    now = [];
    await setImmediate();
    seen.push(now);
  }
  return seen;
}

test.each([
  {
    sizes: [4 * MIB, 4 * MIB],
    expected: [['0: 512'], ['1: 4096']],
    how: 'of whole chunks as much as others wait for, and all when nobody does',
  },
  {
    sizes: [256 * KIB, 256 * KIB, 256 * KIB],
    expected: [['0: 256', '1: 256'], ['2: 256']],
    how: 'pieces as many as come to half a MiB',
  },
  { sizes: [KIB, KIB, KIB], expected: [['0: 1', '1: 1', '2: 1']], how: 'small ones all at once' },
])('$how, in the order in which they came', async ({ sizes, expected }) => {
  expect(await rounds(sizes)).toEqual(expected);
});

test('rounds of whole chunks have whole chunks sent', async () => {
  const sizes = [4 * MIB, 3 * MIB, 4 * MIB];
  const expected = [['0: 4096'], ['1: 3072', '2: 4096']];
  expect(await rounds(sizes, 4 * MIB)).toEqual(expected);
});

test.each([
  { workers: 1, cores: 1, expected: 512 * KIB, how: 'one worker' },
  { workers: 2, cores: 4, expected: 512 * KIB, how: 'workers that leave cores to others' },
  { workers: 2, cores: 2, expected: 4 * MIB, how: 'workers that take up all cores' },
])('a round of $how', ({ workers, cores, expected }) => {
  expect(roundBytes(workers, cores)).toBe(expected);
});

test('who comes when all have had their turn waits for nobody but the loop', async () => {
  const turns = createSendingTurns(512 * KIB);
  let count = 0;
  for (let round = 1; round <= 3; round += 1) {
    turns.take(MIB, () => {
      count += 1;
    });
    await setImmediate();
    expect(count).toBe(round);
  }
});

test('small answers leave together at the end of a round, in their order', async () => {
  const turns = createSendingTurns(512 * KIB);
  const left: number[] = [];
  for (const who of [0, 1, 2]) turns.together(() => left.push(who));
  expect(left).toEqual([]);
  await setImmediate();
  expect(left).toEqual([0, 1, 2]);
  turns.together(() => left.push(3));
  await setImmediate();
  expect(left).toEqual([0, 1, 2, 3]);
});

test('no small answer waits for more than 63 others', () => {
  const turns = createSendingTurns(512 * KIB);
  const left: number[] = [];
  for (let who = 0; who < 65; who += 1) turns.together(() => left.push(who));
  expect(left).toHaveLength(64);
});
