// What `glance-edge cache` draws, as golden texts. After a change that was looked at,
// `npx vitest run test/entry/cache-cli-views --update` writes them anew.
import { describe, expect, test } from 'vitest';
import { createPaper, type Paper } from '../../src/entry/admin-cli/paper.ts';
import { widthOf } from '../../src/entry/admin-cli/plain-text.ts';
import { imageTable } from '../../src/entry/cache-cli/image-table.ts';
import {
  type CacheStatus,
  readImages,
  readStatus,
} from '../../src/entry/cache-cli/read-activity.ts';
import { hourOf, type Sums, shares } from '../../src/entry/cache-cli/shares.ts';
import { statusView } from '../../src/entry/cache-cli/status-view.ts';
import type { ImageActivity } from '../../src/ports/activity.ts';
import { IMAGE_ID, STARTED } from '../support/stored-traces.ts';

const GIB = 2 ** 30;
const PIPE = createPaper({ columns: null, colour: false, unicode: true });
const COLOURED = createPaper({ columns: 80, colour: true, unicode: true });

const sums = (more: Partial<Sums> = {}): Sums => ({
  calls: 10,
  errors: 0,
  hits: 6,
  misses: 2,
  imageBytes: { memory: 2 * GIB, disk: 3 * GIB, redis: 0, origin: GIB },
  fetchedBytes: GIB,
  ...more,
});

const STATUS: CacheStatus = {
  version: '1.2.3',
  startedAt: STARTED,
  ready: { ready: true, reasons: [] },
  tiers: [
    { name: 'memory', bytes: 0.89 * GIB, maxBytes: GIB, entries: 131, fullness: 0.89 },
    { name: 'disk', bytes: 121 * GIB, maxBytes: 200 * GIB, entries: 30_976, fullness: 0.605 },
    { name: 'redis', bytes: 0, maxBytes: null, entries: 0, fullness: null },
  ],
  fills: [
    {
      region: 'RegionOne',
      imageId: IMAGE_ID,
      kind: 'whole',
      size: 4 * GIB,
      filledBytes: 2.6 * GIB,
      readers: 4,
      startedAt: STARTED,
      bytesPerSecond: 17_406_361.4,
      etaMs: 86_000,
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
    },
  ],
  minutes: [sums(), sums({ errors: 1, hits: 0, fetchedBytes: 0 })],
  totals: sums({ calls: 81_233, hits: 77_700, misses: 3500, errors: 41 }),
};

const IDLE: CacheStatus = {
  ...STATUS,
  ready: { ready: false, reasons: ['draining'] },
  tiers: [],
  fills: [],
  minutes: [],
  totals: hourOf([]),
};

const IMAGE: ImageActivity = {
  region: 'RegionOne',
  imageId: IMAGE_ID,
  downloads: 212,
  fills: 2,
  failedFills: 1,
  bytesSent: 9 * GIB,
  imageBytes: { memory: 4 * GIB, disk: 4 * GIB, redis: 0, origin: GIB },
  fetchedBytes: GIB,
  firstSeen: STARTED - 60_000,
  lastSeen: STARTED,
};

const IMAGES = [
  IMAGE,
  {
    ...IMAGE,
    region: 'RegionTwo',
    downloads: 0,
    failedFills: 0,
    imageBytes: { memory: 0, disk: 0, redis: 0, origin: 0 },
  },
];

test.each<[string, CacheStatus, Paper]>([
  ['status', STATUS, PIPE],
  ['status-coloured', STATUS, COLOURED],
  ['status-idle', IDLE, PIPE],
])('%s', async (name, status, paper) => {
  const lines = statusView(status, 'http://127.0.0.1:9394', paper);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/cache-${name}.txt`);
});

test('images', async () => {
  const lines = imageTable(IMAGES, PIPE);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/cache-images.txt');
});

test.each([24, 60, 80, 132])('no table is wider than %d columns', (columns) => {
  const paper = createPaper({ columns, colour: false, unicode: true });
  const [, , ...tables] = statusView(STATUS, 'http://127.0.0.1:9394', paper);
  for (const line of [...tables, ...imageTable(IMAGES, paper)]) {
    expect(widthOf(line), line).toBeLessThanOrEqual(columns);
  }
});

test('shares are of what there was, and none of nothing', () => {
  expect(shares(hourOf(STATUS.minutes))).toEqual({
    calls: 20,
    errors: 1,
    hitRatio: 0.6,
    localShare: 11 / 12,
    savedBytes: 11 * GIB,
  });
  expect(shares(hourOf([]))).toMatchObject({ hitRatio: null, localShare: null, savedBytes: 0 });
  expect(shares(sums({ fetchedBytes: 100 * GIB }))).toMatchObject({ localShare: 0, savedBytes: 0 });
});

describe('what is no answer of a gateway is not shown', () => {
  const broken = (part: object): object => ({ ...STATUS, ...part });

  test('a status', () => {
    expect(readStatus(STATUS)).toBe(STATUS);
    for (const value of [
      null,
      [],
      {},
      broken({ version: 1 }),
      broken({ ready: {} }),
      broken({ ready: { ready: true, reasons: [1] } }),
      broken({ tiers: [{ ...STATUS.tiers[0], bytes: '1' }] }),
      broken({ fills: [{ ...STATUS.fills[0], etaMs: '1' }] }),
      broken({ fills: {} }),
      broken({ minutes: [{ ...sums(), imageBytes: {} }] }),
      broken({ totals: { ...sums(), hits: null } }),
    ]) {
      expect(readStatus(value)).toBeNull();
    }
  });

  test('images', () => {
    expect(readImages({ images: IMAGES, traces: [] })).toEqual(IMAGES);
    for (const value of [null, {}, { images: [null] }, { images: [{ ...IMAGE, lastSeen: 'x' }] }]) {
      expect(readImages(value)).toBeNull();
    }
  });
});
