// Requests begin at once while a round of the event loop has time for them, else in their order.
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBeginningTurns } from '../../src/entry/beginning-turns.ts';

/** Who began in each round: each one takes so many milliseconds. */
async function rounds(costs: readonly number[]): Promise<number[][]> {
  let time = 0;
  const turns = createBeginningTurns(() => time);
  let now: number[] = [];
  for (const [who, cost] of costs.entries()) {
    turns.take(() => {
      now.push(who);
      time += cost;
    });
  }
  const seen: number[][] = [];
  for (let left = costs.length; left > 0; left -= seen.at(-1)?.length ?? 0) {
    seen.push(now);
    now = [];
    await setImmediate();
  }
  return seen;
}

test.each([
  { costs: [0, 0, 0, 0], expected: [[0, 1, 2, 3]], how: 'those that cost nothing begin at once' },
  { costs: [1, 1, 1, 1, 1], expected: [[0, 1, 2, 3], [4]], how: 'so many as a round has time for' },
  {
    costs: [9, 9, 9],
    expected: [[0], [1], [2]],
    how: 'those that take more than a round, one by one',
  },
])('$how', async ({ costs, expected }) => {
  expect(await rounds(costs)).toEqual(expected);
});

test('whoever comes while others wait begins after them', async () => {
  let time = 0;
  const turns = createBeginningTurns(() => time);
  const begun: string[] = [];
  const slowly = (who: string) => (): void => {
    begun.push(who);
    time += 5;
  };
  for (const who of ['a', 'b', 'c']) turns.take(slowly(who));
  await setImmediate();
  turns.take(slowly('d'));
  expect(begun).toEqual(['a', 'b']);
  await setImmediate();
  await setImmediate();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('the line has an end: who comes to it has the first one begin', () => {
  let time = 0;
  const turns = createBeginningTurns(() => time);
  const begun: number[] = [];
  for (let who = 0; who < 1030; who += 1) {
    turns.take(() => {
      begun.push(who);
      time += 5;
    });
  }
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});
