import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { type ByteRun, createRunReader, type DataSource } from '../../src/cache/origin-run.ts';
import { createRangeAbilities } from '../../src/cache/range-ability.ts';
import { headerValue } from '../../src/core/headers.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { createAnsweringOrigin } from './world/answering-origin.ts';
import { aCall, imageId } from './world/calls.ts';
import { createImageOrigin } from './world/image-origin.ts';
import { DATA, part, rangeOf, read, readRun, SIZE, whole } from './world/run-scene.ts';
import { createTurns } from './world/turns.ts';

describe('from an origin with ranges', () => {
  test('a run is one request for exactly its bytes', async () => {
    const got = await readRun((request) => part(request), { from: 10, to: 30 });
    expect(got.bytes).toEqual(DATA.slice(10, 30));
    expect(got).toMatchObject({ ranges: [[10, 29]], ability: 'yes', told: { received: 20 } });
    expect(got.origin.requests[0]).toMatchObject({
      method: 'GET',
      endpoint: null,
      target: `/v2/images/${imageId(1)}/file`,
      headers: [
        ['X-Auth-Token', 'a'],
        ['Range', 'bytes=10-29'],
      ],
    });
    expect(got.origin.open()).toBe(0);
  });

  test('a run that was cut goes on at the byte where it was cut', async () => {
    const got = await readRun((request, count) => part(request, [5, 0, 3, Infinity][count]), {
      from: 10,
      to: 30,
    });
    expect(got.bytes).toEqual(DATA.slice(10, 30));
    expect(got.ranges).toEqual([
      [10, 29],
      [15, 29],
      [15, 29],
      [18, 29],
    ]);
    expect(got.told).toEqual({
      received: 20,
      resumed: ['origin-cut at 15', 'origin-cut at 15', 'origin-cut at 18'],
      attempts: 4,
    });
    expect(got.pauses).toBeGreaterThan(0);
  });

  test('a body that ends early without a word is a cut too', async () => {
    const got = await readRun((request, count) => {
      const { pieces = [], ...answer } = part(request, count === 0 ? 4 : Infinity);
      return { ...answer, pieces: pieces.filter((piece) => !(piece instanceof Error)) };
    });
    expect(got.bytes).toEqual(DATA);
    expect(got.told.resumed).toEqual(['origin-cut at 4']);
  });

  test('four attempts in a row that bring nothing end the run; one that brings a byte does not', async () => {
    const barren = await readRun((request) => part(request, 0));
    expect([barren.failed, barren.origin.requests.length]).toEqual(['origin-cut', 4]);
    const steps = await readRun((request) => part(request, 1));
    expect([steps.failed, steps.origin.requests.length]).toEqual([null, SIZE]);
    expect(steps.bytes).toEqual(DATA);
  });

  test.each(['bytes 11-29/100', 'bytes 10-29/101', 'bytes 10-29/*', 'bytes */100', 'junk', null])(
    'a part that says it is %s ends the run',
    async (told) => {
      const got = await readRun(
        (request) => ({
          ...part(request),
          headers: told === null ? [] : [['Content-Range', told]],
        }),
        { from: 10, to: 30 },
      );
      expect([got.failed, got.bytes.length, got.origin.open()]).toEqual(['data-mismatch', 0, 0]);
      expect(got.origin.requests).toHaveLength(1);
    },
  );

  test('a part with more bytes than it announced ends the run', async () => {
    const got = await readRun(
      (request) => ({ ...part(request), pieces: [DATA.subarray(10, 40)] }),
      {
        from: 10,
        to: 30,
      },
    );
    expect([got.failed, got.origin.open()]).toEqual(['data-mismatch', 0]);
  });
});

describe('from an origin without ranges', () => {
  test('that refuses them, the run is told, and read from the front', async () => {
    const runs: ByteRun[] = [];
    const got = await readRun(
      (request) => (rangeOf(request) ? { status: 400 } : whole()),
      { from: 0, to: 10 },
      { onSequential: (run) => runs.push({ ...run }) },
    );
    expect(runs).toEqual([{ from: 0, to: 10 }]);
    expect(got).toMatchObject({ ranges: [[0, 9], null], ability: 'no' });
    expect(got.bytes).toEqual(DATA.slice(0, 10));
  });

  test('that ignores them, the answer is used for as far as the run is then extended', async () => {
    const extend = (run: ByteRun): void => {
      run.to = SIZE;
    };
    const got = await readRun(() => whole(), { from: 0, to: 10 }, { onSequential: extend });
    expect(got.bytes).toEqual(DATA);
    expect(got).toMatchObject({ ranges: [[0, 9]], ability: 'no' });
  });

  test('a run that is called off reads nothing', async () => {
    const callOff = (run: ByteRun): void => {
      run.to = run.from;
    };
    for (const answer of [{ status: 400 }, whole()]) {
      const got = await readRun(() => answer, { from: 10, to: 30 }, { onSequential: callOff });
      expect([got.failed, got.bytes.length, got.origin.open()]).toEqual([null, 0, 0]);
      expect(got.origin.requests).toHaveLength(1);
    }
  });

  test('what is known is not asked again: bytes before the run are dropped', async () => {
    const got = await readRun(() => whole(), { from: 40, to: 60 }, { ability: 'no' });
    expect(got.bytes).toEqual(DATA.slice(40, 60));
    expect(got).toMatchObject({ ranges: [null], told: { received: SIZE } });
    expect(got.origin.open()).toBe(0);
  });

  test('a run that was cut goes on from the front, past what it has', async () => {
    const got = await readRun(
      (_, count) => whole([50, 20, 70, 100][count]),
      { from: 10 },
      { ability: 'no' },
    );
    expect(got.bytes).toEqual(DATA.slice(10));
    expect(got.told.resumed).toEqual(['origin-cut at 50', 'origin-cut at 50', 'origin-cut at 70']);
    expect(got.told.received).toBe(240);
  });

  test('data of another length than the record says ends the run', async () => {
    for (const length of ['99', '101', '0', 'x']) {
      const got = await readRun(() => ({ ...whole(), headers: [['Content-Length', length]] }));
      expect([got.failed, got.bytes.length, got.origin.open()]).toEqual(['data-mismatch', 0, 0]);
    }
    const endless = await readRun(
      () => ({ status: 200, pieces: [DATA, DATA, DATA] }),
      {},
      { ability: 'no' },
    );
    expect([endless.failed, endless.origin.open()]).toEqual(['data-mismatch', 0]);
    const short = await readRun(
      () => ({ status: 200, pieces: [DATA.subarray(1)] }),
      {},
      { ability: 'no' },
    );
    expect([short.failed, short.origin.requests.length]).toEqual(['origin-cut', 4]);
  });

  test('a 400 without a range is no lack of ranges', async () => {
    const got = await readRun(() => ({ status: 400 }), {}, { ability: 'no' });
    expect([got.failed, got.origin.requests.length]).toEqual(['origin-refused', 1]);
  });
});

describe('an answer', () => {
  test.each([401, 403, 404, 410])(
    '%d turns to the credentials of somebody else',
    async (status) => {
      const got = await readRun(
        (request) =>
          headerValue(request.headers, 'x-auth-token') === 'c' ? part(request) : { status },
        {},
        { tokens: ['a', 'b', 'c'] },
      );
      expect([got.failed, got.origin.requests.length]).toEqual([null, 3]);
      expect(got.bytes).toEqual(DATA);
      const none = await readRun(() => ({ status }), {}, { tokens: ['a', 'b'] });
      expect([none.failed, none.origin.requests.length]).toEqual(['origin-refused', 2]);
    },
  );

  test.each([408, 429, 500, 503])('%d may pass: it is asked again', async (status) => {
    const got = await readRun((request, count) => (count < 3 ? { status } : part(request)));
    expect([got.failed, got.told.resumed.length]).toEqual([null, 3]);
    const lasting = await readRun(() => ({ status }));
    expect([lasting.failed, lasting.origin.requests.length]).toEqual(['origin-unreachable', 4]);
  });

  test.each([204, 300, 302, 402, 409, 413, 416])('%d ends the run', async (status) => {
    const got = await readRun(() => ({ status }));
    expect([got.failed, got.origin.requests.length]).toEqual(['origin-refused', 1]);
  });
});

test('nobody pauses for a run that nobody waits for any more', async () => {
  const timers = createManualTimers();
  const gone = new AbortController();
  const origin = createAnsweringOrigin((request) => part(request, 0));
  const abilities = createRangeAbilities();
  const source: DataSource = {
    region: 'One',
    imageId: imageId(1),
    size: SIZE,
    stores: 's',
    call: aCall(gone.signal),
    credentials: () => [],
    refused() {},
    attempted() {},
    resumed: () => gone.abort(),
    received() {},
  };
  const reading = createRunReader({ origin, timers, abilities, pieces: plainBlocks })(
    source,
    { from: 0, to: 9 },
    () => {},
  );
  await expect(reading.next()).rejects.toMatchObject({ code: 'client-gone' });
  expect([timers.pending(), origin.open()]).toEqual([0, 0]);
});

test('wherever connections are cut and whatever the origin can, a run is its bytes, in order', async () => {
  const given = fc.record({
    seed: fc.nat(),
    from: fc.nat({ max: SIZE - 1 }),
    length: fc.integer({ min: 1, max: SIZE }),
    ranges: fc.constantFrom('yes' as const, 'refused' as const, 'ignored' as const),
    maxPiece: fc.integer({ min: 1, max: 40 }),
    cuts: fc.nat({ max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ seed, from, length, ...rest }) => {
      const turns = createTurns(seed);
      const origin = createImageOrigin({ ...rest, data: DATA, turns });
      const run = { from, to: Math.min(SIZE, from + length) };
      const reading = read(origin, run);
      await turns.settle(5_000);
      const got = await reading;
      expect(got).toMatchObject({ failed: null, pending: 0 });
      expect(got.bytes).toEqual(DATA.slice(from, run.to));
      expect(origin.open()).toBe(0);
    }),
    { numRuns: 200 },
  );
});
