// A made-up hour of a gateway: quiet, then a herd that boots one image, and an endpoint that fails.
import type {
  ImageActivity,
  Minute,
  RegionHealth,
  RunningFill,
} from '../../../src/ports/activity.ts';
import { GIB, hexId, IMAGE, MIB, NOON, OTHER_IMAGE } from './spans.ts';

export const IMAGES: readonly ImageActivity[] = [
  activity(
    'RegionOne',
    IMAGE,
    212,
    1,
    0,
    { memory: 340 * GIB, disk: 504 * GIB, redis: 0, origin: 4 * GIB },
    4.24 * GIB,
  ),
  activity(
    'RegionTwo',
    IMAGE,
    3,
    1,
    0,
    { memory: 0, disk: 8 * GIB, redis: 0, origin: 4 * GIB },
    4 * GIB,
  ),
  activity(
    'RegionTwo',
    OTHER_IMAGE,
    19,
    2,
    1,
    { memory: 2 * GIB, disk: 0, redis: 3 * GIB, origin: 700 * MIB },
    900 * MIB,
  ),
];

export function overview() {
  const minutes = Array.from({ length: 60 }, (_, at) => minute(at));
  const ready: { ready: boolean; reasons: readonly string[] } = { ready: true, reasons: [] };
  return {
    version: '0.1.0',
    startedAt: NOON - 93 * 3_600_000,
    ready,
    minutes,
    totals: {
      ...minute(40),
      time: NOON - 93 * 3_600_000,
      calls: 81_233,
      errors: 41,
      hits: 70_100,
      misses: 3_120,
      imageBytes: { memory: 21_000 * GIB, disk: 9_000 * GIB, redis: 900 * GIB, origin: 410 * GIB },
      fetchedBytes: 455 * GIB,
    },
    regions: REGIONS,
    fills: FILLS,
    tiers: [
      { name: 'memory', bytes: 455 * MIB, maxBytes: 512 * MIB, entries: 131, fullness: 455 / 512 },
      { name: 'disk', bytes: 121 * GIB, maxBytes: 200 * GIB, entries: 30_976, fullness: 121 / 200 },
      { name: 'redis', bytes: 18 * GIB, maxBytes: null, entries: 4_608, fullness: null },
    ],
    images: IMAGES,
  };
}

export const FILLS: readonly RunningFill[] = [
  {
    region: 'RegionOne',
    imageId: IMAGE,
    kind: 'whole',
    size: 4 * GIB,
    filledBytes: 2.6 * GIB,
    readers: 4,
    startedAt: NOON - 160_000,
    bytesPerSecond: 16.6 * MIB,
    etaMs: 86_000,
    traceId: hexId('slow-boot', 32),
    spanId: hexId('fill', 16),
  },
  {
    region: 'RegionTwo',
    imageId: OTHER_IMAGE,
    kind: 'repair',
    size: 900 * MIB,
    filledBytes: 24 * MIB,
    readers: 1,
    startedAt: NOON - 4_000,
    bytesPerSecond: 6 * MIB,
    etaMs: null,
    traceId: hexId('partial', 32),
    spanId: hexId('partial', 16),
  },
];

const REGIONS: readonly RegionHealth[] = [
  {
    name: 'RegionOne',
    isDefault: true,
    endpoints: [
      {
        url: 'https://glance.one.example',
        state: 'up',
        answers: 9_120,
        failures: 3,
        lastAnswerAt: NOON - 800,
        lastFailure: { code: 'origin-timeout', at: NOON - 3_000_000 },
        latencyMs: 148.2,
      },
      {
        url: 'https://glance-b.one.example',
        state: 'failing',
        answers: 8_900,
        failures: 61,
        lastAnswerAt: NOON - 300_000,
        lastFailure: { code: 'origin-unreachable', at: NOON - 12_000 },
        latencyMs: 203.9,
      },
    ],
  },
  {
    name: 'RegionTwo',
    isDefault: false,
    endpoints: [
      {
        url: 'https://glance.two.example',
        state: 'up',
        answers: 2_044,
        failures: 0,
        lastAnswerAt: NOON - 52_000,
        lastFailure: null,
        latencyMs: 91.7,
      },
    ],
  },
  {
    name: 'RegionThree',
    isDefault: false,
    endpoints: [
      {
        url: 'http://10.3.0.4:9292',
        state: 'untried',
        answers: 0,
        failures: 0,
        lastAnswerAt: null,
        lastFailure: null,
        latencyMs: null,
      },
    ],
  },
];

function minute(at: number): Minute {
  const herd = at >= 30 && at < 42 ? 1 : 0;
  const wave = 20 + Math.round(10 * Math.sin(at / 4));
  const calls = wave + herd * 90;
  const misses = 2 + (at % 3) + herd * 12;
  return {
    time: NOON - (59 - at) * 60_000,
    calls,
    errors: at > 44 && at < 48 ? 4 : 0,
    hits: Math.max(0, calls - misses - 6),
    misses,
    bypasses: 6,
    bytesSent: calls * 30 * MIB,
    imageBytes: {
      memory: wave * 12 * MIB + herd * 3 * GIB,
      disk: wave * 30 * MIB + herd * 2 * GIB,
      redis: at % 7 === 0 ? 400 * MIB : 0,
      origin: misses * 12 * MIB,
    },
    fetchedBytes: misses * 14 * MIB,
    durationMs: {
      p50: 14,
      p95: 420 + herd * 9_000,
      max: 1_200 + herd * 21_000 + (at === 33 ? 231_000 : 0),
    },
  };
}

function activity(
  region: string,
  imageId: string,
  downloads: number,
  fills: number,
  failedFills: number,
  imageBytes: ImageActivity['imageBytes'],
  fetchedBytes: number,
): ImageActivity {
  const sent = Object.values(imageBytes).reduce((sum, bytes) => sum + bytes, 0);
  return {
    region,
    imageId,
    downloads,
    fills,
    failedFills,
    bytesSent: sent,
    imageBytes,
    fetchedBytes,
    firstSeen: NOON - 7_200_000,
    lastSeen: NOON - 9_000,
  };
}
