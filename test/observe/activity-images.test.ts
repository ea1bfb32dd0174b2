// The history of images: what counts as a download, and which are remembered.
import { expect, test } from 'vitest';
import { createImages } from '../../src/observe/activity/images.ts';
import { callSummary } from '../support/call-summary.ts';
import { createManualTimers } from '../support/manual-timers.ts';

const [A, B, C] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'].map(
  (head) => `${head}-0000-4000-8000-000000000000`,
) as [string, string, string];

test('downloads, fills and bytes are told by region', () => {
  const { clock, images } = open();
  images.fetched('RegionOne', A, 60);
  clock.advance(500);
  images.filled('RegionOne', A, false);
  images.filled('RegionOne', A, true);
  images.ended(download(A, { bytesSent: 60, tierBytes: bytes({ origin: 60 }) }));
  images.ended(download(A, { bytesSent: 60, tierBytes: bytes({ memory: 40, disk: 20 }) }));
  images.ended(download(A, { region: 'RegionTwo', bytesSent: 5 }));
  const one = {
    region: 'RegionOne',
    imageId: A,
    downloads: 2,
    fills: 2,
    failedFills: 1,
    bytesSent: 120,
    imageBytes: { memory: 40, disk: 20, redis: 0, origin: 60 },
    fetchedBytes: 60,
    firstSeen: 1_000,
    lastSeen: 1_500,
  };
  expect(images.find(A, 'RegionOne')).toEqual([one]);
  expect(images.find(A).map(({ region }) => region)).toEqual(['RegionOne', 'RegionTwo']);
  expect(images.find(B)).toEqual([]);
});

test('what was relayed came from the origin', () => {
  const { images } = open();
  images.ended(
    download(A, { bytesSent: 9, cacheStatus: 'glance-edge; fwd=bypass; detail=no-hash' }),
  );
  expect(images.find(A)[0]?.imageBytes).toEqual(bytes({ origin: 9 }));
});

test.each([
  ['reads its record', { route: '/v2/images/{image_id}', bytesSent: 700 }],
  ['asks for the head alone', { method: 'HEAD', bytesSent: 0 }],
  ['left before the first byte', { bytesSent: 0, ended: 'client-gone' as const }],
  ['uploads its data', { method: 'PUT', status: 204 }],
])('a call that %s is no download', (_, changes) => {
  const { images } = open();
  images.ended(download(A, changes));
  expect(images.find(A)[0]).toMatchObject({ downloads: 0, imageBytes: bytes({}) });
});

test('a call that was refused makes no image known', () => {
  const { images } = open();
  images.ended(download(A, { status: 404, bytesSent: 200 }));
  expect(images.find(A)).toEqual([]);
});

test('the most downloaded come first', () => {
  const { images } = open();
  for (const id of [A, B, B, C, C, C]) images.ended(download(id));
  expect(images.mostDownloaded(2).map(({ imageId }) => imageId)).toEqual([C, B]);
});

test('the image that was not heard of for longest is forgotten', () => {
  const { images } = open(2);
  images.ended(download(A));
  images.ended(download(B));
  images.fetched('RegionOne', A, 1);
  images.ended(download(C));
  expect([A, B, C].map((id) => images.find(id).length)).toEqual([1, 0, 1]);
});

test('what was handed out does not change', () => {
  const { images } = open();
  images.ended(download(A, { bytesSent: 4, tierBytes: bytes({ disk: 4 }) }));
  const [before] = images.find(A);
  images.ended(download(A, { bytesSent: 4, tierBytes: bytes({ disk: 4 }) }));
  expect(before).toMatchObject({ downloads: 1, imageBytes: { disk: 4 } });
});

function open(keep?: number) {
  const clock = createManualTimers(1_000);
  return { clock, images: createImages(clock, keep) };
}

function download(imageId: string, changes: Parameters<typeof callSummary>[0] = {}) {
  return callSummary({ imageId, bytesSent: 1, ...changes });
}

function bytes(some: Partial<Record<'memory' | 'disk' | 'redis' | 'origin', number>>) {
  return { memory: 0, disk: 0, redis: 0, origin: 0, ...some };
}
