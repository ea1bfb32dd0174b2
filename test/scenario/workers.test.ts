// Two workers behind one address are one gateway: one fetch for all their clients, one truth about what
// was written and who may read, one disk with one bound, and one end.

import { rm, stat } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { diskUse, entryFilesIn } from '../adapters/disk/folder.ts';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { OTHER } from '../support/trouble-origin.ts';
import { ask, cacheStatus } from './stage/client.ts';
import { type EdgeOptions, filePath, recordPath } from './stage/edge.ts';
import { KIB, MIB, openOrigin, settled, verdict, verdicts } from './stage/scene.ts';
import { clientsOfAll, clientsOfTwo } from './stage/worker-clients.ts';
import { openWorkers, openWorkersScene, TIMEOUT_MS } from './stage/workers-scene.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

const SIZE = 3 * MIB + 17;

test.each([
  ['with ranges', 'yes', ['disk']],
  ['without ranges', 'no', ['disk']],
  ['with memory alone', 'yes', []],
] as const)(
  'a cold herd over both workers is one download from the origin, %s',
  async (_, ranges, tiers) => {
    const origin = await openOrigin({ ranges, connection: { bytesPerSecond: 16 * MIB } });
    const edge = await openWorkers({ regions: { RegionOne: origin }, tiers });
    const image = await origin.seed({ size: SIZE });
    const clients = (await clientsOfAll(edge, 8)).flat();
    const all = await Promise.all(clients.map((client) => client.ask(filePath(image))));
    expect(verdicts(all, image.data)).toEqual(['right']);
    expect(all.filter((reply) => cacheStatus(reply).endsWith('stored'))).toHaveLength(1);
    await origin.ledger.idle();
    expect(origin.ledger.imageBytes() / SIZE).toBe(1);
  },
);

test('what one worker has fetched the other one finds on the disk', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: SIZE });
  const [one, other] = await clientsOfTwo(edge);
  expect(verdict(await one.ask(filePath(image)), image.data)).toBe('right');
  await settled(edge);
  const found = await other.ask(filePath(image));
  expect(verdict(found, image.data)).toBe('right');
  expect(cacheStatus(found)).toBe('glance-edge; hit; detail=disk');
});

test.each(['yes', 'no'] as const)(
  'a part that somebody wants of the other worker is not fetched twice (ranges: %s)',
  async (ranges) => {
    const { origin, edge } = await openWorkersScene({ ranges });
    const image = await origin.seed({ size: SIZE });
    const gate = createGate();
    const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
    const stall = origin.trouble({ on: isDownload, trouble });
    const [one, other] = await clientsOfTwo(edge);
    const whole = one.startAsking(filePath(image));
    await stall.struck;
    const part = other.startAsking(filePath(image), { headers: { Range: `bytes=${2 * MIB}-` } });
    gate.open();
    expect(verdict(await part.reply, image.data.subarray(2 * MIB))).toBe('right');
    expect(verdict(await whole.reply, image.data)).toBe('right');
    await origin.ledger.idle();
    expect(origin.ledger.imageBytes() / SIZE).toBe(1);
  },
);

test('a stranger gets nothing through the other worker, while the image comes in and after', async () => {
  const { origin, edge } = await openWorkersScene({}, CACHING);
  const image = await origin.seed({ size: SIZE, attributes: { visibility: 'private' } });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const [one, other] = await clientsOfTwo(edge);
  const owners = one.startAsking(filePath(image));
  await stall.struck;
  expect((await other.ask(filePath(image), { token: OTHER })).status).toBe(404);
  gate.open();
  expect(verdict(await owners.reply, image.data)).toBe('right');
  await settled(edge);
  for (const client of [one, other]) {
    const reply = await client.ask(filePath(image), { token: OTHER });
    expect(reply.status).toBe(404);
    expect((await client.ask(recordPath(image), { token: OTHER })).status).toBe(404);
  }
});

test('what has gone from the disk is fetched once for both workers', async () => {
  const { origin, edge } = await openWorkersScene(
    { connection: { bytesPerSecond: 16 * MIB } },
    { cache: { memory: '512KiB' }, limits: { fill_buffers: '1MiB' } },
  );
  const image = await origin.seed({ size: SIZE });
  const clients = (await clientsOfAll(edge, 3)).flat();
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  await settled(edge);
  origin.ledger.clear();
  const gone = await removeChunks(edge.diskPath, 5);
  const all = await Promise.all(clients.map((client) => client.ask(filePath(image))));
  expect(verdicts(all, image.data)).toEqual(['right']);
  await settled(edge);
  await origin.ledger.idle();
  expect(origin.ledger.imageBytes()).toBeLessThanOrEqual(gone);
});

test('the disk keeps its bound with two that write to it', async () => {
  const { origin, edge } = await openWorkersScene(
    {},
    { cache: { memory: '2MiB' }, diskSize: '3MiB' },
  );
  const images = await Promise.all(
    Array.from({ length: 8 }, (_, at) => origin.seed({ size: MIB + at })),
  );
  const clients = (await clientsOfAll(edge, 4)).flat();
  await Promise.all(
    images.map(async (image, at) => {
      const reply = await clients[at]?.ask(filePath(image));
      expect(reply && verdict(reply, image.data)).toBe('right');
    }),
  );
  await settled(edge);
  expect(await diskUse(edge.diskPath)).toBeLessThanOrEqual(3 * MIB);
});

const CACHING: Partial<EdgeOptions> = { cache: { metadata_ttl: '1h', authorization_ttl: '1h' } };

/** Removes so many of the largest files; their bytes. */
async function removeChunks(path: string, count: number): Promise<number> {
  const files = await entryFilesIn(path);
  const sized = await Promise.all(
    files.map(async (file) => ({ file, size: (await stat(file)).size })),
  );
  const largest = sized.toSorted((a, b) => b.size - a.size).slice(0, count);
  await Promise.all(largest.map(({ file }) => rm(file)));
  return largest.reduce((sum, { size }) => sum + size, 0);
}
