// An origin that breaks off is asked for the rest; the client notices nothing but the time it takes.
import { expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import type { Trouble } from '../support/trouble.ts';
import { ask, startAsking } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import { chanceOf, RUNS, runsTimeout } from './stage/runs.ts';
import { KIB, openScene, verdict } from './stage/scene.ts';

const SIZE = 700 * KIB + 3;

test.each([
  ['a fin, with ranges', 'yes', 'fin'],
  ['a fin, without ranges', 'no', 'fin'],
  ['a reset, with ranges', 'yes', 'reset'],
  ['a reset, without ranges', 'no', 'reset'],
] as const)(
  'a download goes on after %s',
  async (_, ranges, how) => {
    const { origin, edge } = await openScene({ origin: { ranges } });
    for (let run = 0; run < RUNS; run += 1) {
      const chance = chanceOf(run);
      const image = await origin.seed({ size: SIZE, name: `run ${run}` });
      const trouble = { kind: 'cut', at: chance.between(0, 150 * KIB), how } as const;
      const cut = origin.trouble({ on: isDownload, trouble, times: chance.between(1, 4) });
      const reply = await ask(edge.url + filePath(image));
      expect(verdict(reply, image.data), `run ${run}`).toBe('right');
      expect(cut.hits).toBeGreaterThan(0);
      cut.end();
    }
  },
  runsTimeout(2_000),
);

test.each([
  ['a cut', { kind: 'cut', at: 10 * KIB }],
  ['a short body', { kind: 'short', at: 10 * KIB, framing: 'chunked' }],
  ['a stall', { kind: 'stall', at: 10 * KIB, until: createGate().opened }],
  ['an answer of 503', { kind: 'answer', status: 503 }],
  ['no answer at all', { kind: 'hang-up' }],
] satisfies readonly (readonly [string, Trouble])[])(
  'a part goes on after %s',
  async (_, trouble) => {
    const { origin, edge } = await openScene({ timeouts: { stall: '150ms' } });
    const image = await origin.seed({ size: SIZE });
    origin.trouble({ on: isDownload, trouble, times: 1 });
    const headers = { Range: 'bytes=65000-400000' };
    const reply = await ask(edge.url + filePath(image), { headers });
    expect(reply.status).toBe(206);
    expect(verdict(reply, image.data.subarray(65_000, 400_001))).toBe('right');
  },
);

test('what had come before the cut is not asked for again, where the origin has ranges', async () => {
  const { origin, edge } = await openScene({ limits: { fill_lanes: 1 } });
  const image = await origin.seed({ size: SIZE });
  // After the first run, so that it is one of several.
  const on = (call: Parameters<typeof isDownload>[0]): boolean =>
    isDownload(call) && call.range?.startsWith('bytes=262144-') === true;
  const trouble = { kind: 'cut', at: 100_000 } as const;
  const cut = origin.trouble({ on, trouble, times: 1 });
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  expect(cut.hits).toBe(1);
  await origin.ledger.idle();
  expect(origin.ledger.imageBytes()).toBe(SIZE);
});

test('an origin that goes away in the middle and comes back is waited for', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: SIZE });
  const trouble = { kind: 'stall', at: 70 * KIB, until: createGate().opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const client = startAsking(edge.url + filePath(image));
  await client.received(65 * KIB);
  stall.end();
  await origin.refuse();
  await origin.accept();
  expect(verdict(await client.reply, image.data)).toBe('right');
});
