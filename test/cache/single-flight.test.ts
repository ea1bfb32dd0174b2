import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSingleFlight } from '../../src/cache/single-flight.ts';
import { createGate } from '../support/gate.ts';
import { createTurns } from './world/turns.ts';

const never = new AbortController().signal;

test('those who come while the work is under way share its result, or its failure', async () => {
  for (const ending of ['result', 'failure'] as const) {
    const flights = createSingleFlight<string>();
    const gate = createGate();
    let started = 0;
    const start = async () => {
      started += 1;
      await gate.opened;
      if (ending === 'failure') throw new Error('failed');
      return 'done';
    };
    const boarded = [1, 2, 3].map(() => flights.board('key', never, start));
    expect(boarded.map(({ joined }) => joined)).toEqual([false, true, true]);
    gate.open();
    const settled = await Promise.allSettled(boarded.map(({ result }) => result));
    expect(new Set(settled.map(({ status }) => status)).size).toBe(1);
    expect([settled[0]?.status, started]).toEqual([
      ending === 'result' ? 'fulfilled' : 'rejected',
      1,
    ]);
    expect(flights.board('key', never, async () => 'anew').joined).toBe(false);
  }
});

test('another key is another piece of work', async () => {
  const flights = createSingleFlight<string>();
  const a = flights.board('a', never, async () => 'a');
  const b = flights.board('b', never, async () => 'b');
  expect([await a.result, await b.result, b.joined]).toEqual(['a', 'b', false]);
});

test('whoever comes with an aborted signal is turned away, and its work given up', async () => {
  const flights = createSingleFlight<string>();
  const gone = AbortSignal.abort();
  let signal = never;
  const { result } = flights.board('key', gone, async (given) => {
    signal = given;
    return 'unused';
  });
  await expect(result).rejects.toMatchObject({ code: 'client-gone' });
  expect(signal.aborted).toBe(true);
});

test('in any order of coming, leaving and ending, nobody is disturbed by anybody else', async () => {
  const passenger = fc.record({
    key: fc.constantFrom('a', 'b'),
    late: fc.nat({ max: 12 }),
    leavesAfter: fc.option(fc.nat({ max: 8 })),
  });
  const crowd = fc.array(passenger, { minLength: 1, maxLength: 8 });
  const work = fc.record({ turns: fc.integer({ min: 1, max: 8 }), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.nat(), crowd, work, async (seed, all, flight) => {
      const turns = createTurns(seed);
      const flights = createSingleFlight<string>();
      const waiting = createTally();
      const running = createTally();
      const wrong: string[] = [];

      const outcomes = all.map(async ({ key, late, leavesAfter }) => {
        for (let turn = 0; turn < late; turn += 1) await turns.turn('client');
        const mine = new AbortController();
        const { result } = flights.board(key, mine.signal, (signal) => fly(key, signal));
        const stop = waiting.begin(key);
        void leaveAfter(leavesAfter, mine, stop);
        return result.then(
          (value) => (stop() ? value : 'left'),
          (thrown: Error) => (stop() ? thrown.message : 'left'),
        );
      });
      await turns.settle(2_000);
      const told = await Promise.all(outcomes);
      expect(wrong).toEqual([]);
      expect(running.total()).toBe(0);
      all.forEach(({ key, leavesAfter }, at) => {
        const right = flight.fails ? 'failed' : key;
        expect(leavesAfter === null ? [right] : [right, 'left']).toContain(told[at]);
      });

      async function fly(key: string, signal: AbortSignal): Promise<string> {
        if (running.of(key) > 0) wrong.push('two at once');
        const stop = running.begin(key);
        signal.addEventListener('abort', () => {
          if (stop() && waiting.of(key) > 0) wrong.push('given up while somebody waits');
        });
        for (let turn = 0; turn < flight.turns; turn += 1) await turns.turn('origin');
        if (stop() && waiting.of(key) === 0) wrong.push('not given up, though nobody waits');
        if (signal.aborted) throw new Error('given up');
        if (flight.fails) throw new Error('failed');
        return key;
      }

      async function leaveAfter(
        count: number | null,
        mine: AbortController,
        stop: () => boolean,
      ): Promise<void> {
        if (count === null) return;
        for (let turn = 0; turn < count; turn += 1) await turns.turn('client');
        if (stop()) mine.abort();
      }
    }),
    { numRuns: 300 },
  );
});

/** Counts, per key, what has begun and not stopped. */
function createTally() {
  const counts = new Map<string, number>();
  const of = (key: string): number => counts.get(key) ?? 0;
  return {
    of,
    total: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    /** The result stops it, and says whether it was the first to. */
    begin(key: string): () => boolean {
      counts.set(key, of(key) + 1);
      let stopped = false;
      return () => {
        if (stopped) return false;
        stopped = true;
        counts.set(key, of(key) - 1);
        return true;
      };
    },
  };
}
