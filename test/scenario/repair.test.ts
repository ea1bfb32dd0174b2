// Cached data of which parts have gone: what is missing is fetched again, and only that, however
// much it is, and whoever is slow in the meantime.
import { expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { ask, startAsking } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import { KIB, MIB, openScene, verdict } from './stage/scene.ts';

/** Memory holds a part of the image, and a fill holds four chunks of it. */
const SMALL = {
  tiers: [],
  cache: { memory: '1MiB' },
  limits: { fill_buffers: '256KiB' },
};

test.each(['yes', 'no'] as const)(
  'an image larger than the cache is served as often as it is asked for (ranges: %s)',
  async (ranges) => {
    const { origin, edge } = await openScene({ ...SMALL, origin: { ranges } });
    const image = await origin.seed({ size: 4 * MIB });
    for (let turn = 0; turn < 3; turn += 1) {
      expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
    }
  },
);

test.each(['yes', 'no'] as const)(
  'what a slow client finds evicted is fetched again for it (ranges: %s)',
  async (ranges) => {
    const { origin, edge } = await openScene({ ...SMALL, origin: { ranges } });
    const image = await origin.seed({ size: 12 * MIB });
    const slow = startAsking(edge.url + filePath(image));
    slow.pause();
    expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
    slow.resume();
    expect(verdict(await slow.reply, image.data)).toBe('right');
  },
);

test.each(['yes', 'no'] as const)(
  'a client that does not read holds up nobody who begins elsewhere (ranges: %s)',
  async (ranges) => {
    const { origin, edge } = await openScene({ ...SMALL, origin: { ranges } });
    const image = await origin.seed({ size: 12 * MIB });
    const slow = startAsking(edge.url + filePath(image));
    slow.pause();
    const from = 11 * MIB;
    const part = await ask(edge.url + filePath(image), { headers: { Range: `bytes=${from}-` } });
    expect(verdict(part, image.data.subarray(from))).toBe('right');
    slow.resume();
    expect(verdict(await slow.reply, image.data)).toBe('right');
  },
);

test('a repair that the origin breaks off goes on where it was', async () => {
  const { origin, edge } = await openScene(SMALL);
  const image = await origin.seed({ size: 4 * MIB });
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  const trouble = { kind: 'cut', at: 40 * KIB } as const;
  const cut = origin.trouble({ on: isDownload, trouble, times: 3 });
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  expect(cut.hits).toBe(3);
});

test('a repair is not held up by another client that waits in it', async () => {
  const { origin, edge } = await openScene(SMALL);
  const image = await origin.seed({ size: 4 * MIB });
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  const gate = createGate();
  const trouble = { kind: 'stall', at: 1, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble, times: 1 });
  const first = startAsking(edge.url + filePath(image));
  await stall.struck;
  const headers = { Range: 'bytes=2097152-' };
  const second = await ask(edge.url + filePath(image), { headers });
  expect(verdict(second, image.data.subarray(2 * MIB))).toBe('right');
  gate.open();
  expect(verdict(await first.reply, image.data)).toBe('right');
});
