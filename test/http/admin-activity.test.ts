// The overview and the history of an image, as JSON.
import { expect, test } from 'vitest';
import type { ImageActivity } from '../../src/ports/activity.ts';
import { activityOf, get, IMAGE_ID, NOTHING, SUMMARY, storeOf } from './admin-stage.ts';

const IMAGE: ImageActivity = {
  region: 'RegionOne',
  imageId: IMAGE_ID,
  downloads: 212,
  fills: 1,
  failedFills: 0,
  bytesSent: 2120,
  imageBytes: { memory: 2000, disk: 100, redis: 0, origin: 20 },
  fetchedBytes: 10,
  firstSeen: 1_000,
  lastSeen: 2_000,
};

test('the overview holds everything at once', async () => {
  const ready = () => ({ ready: false, reasons: ['draining'] });
  const response = await get('/api/overview', { activity: activityOf([IMAGE]), ready });
  expect(await response.json()).toEqual({
    version: '1.2.3',
    startedAt: 1_000,
    ready: { ready: false, reasons: ['draining'] },
    minutes: [NOTHING],
    totals: NOTHING,
    regions: [],
    fills: [],
    tiers: [],
    images: [IMAGE],
  });
});

test('the overview shows 50 images', async () => {
  const images = Array.from({ length: 60 }, () => IMAGE);
  const response = await get('/api/overview', { activity: activityOf(images) });
  const overview = (await response.json()) as { images: unknown[] };
  expect(overview.images).toHaveLength(50);
});

test('images are listed, most downloaded first, of all regions or of one', async () => {
  const images = Array.from({ length: 60 }, (_, at) => ({
    ...IMAGE,
    region: at % 3 === 0 ? 'RegionTwo' : 'RegionOne',
    downloads: 60 - at,
  }));
  const listed = async (query: string): Promise<readonly ImageActivity[]> => {
    const response = await get(`/api/images${query}`, { activity: activityOf(images) });
    return ((await response.json()) as { images: readonly ImageActivity[] }).images;
  };
  expect(await listed('')).toEqual(images.slice(0, 50));
  expect(await listed('?limit=1000')).toEqual(images);
  expect((await listed('?limit=2&region=RegionTwo')).map(({ downloads }) => downloads)).toEqual([
    60, 57,
  ]);
  expect(await listed('?region=Nowhere')).toEqual([]);
  const refused = await get('/api/images?limit=0');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ parameter: 'limit' });
});

test("an image's history has its regions and its calls", async () => {
  const { store, asked } = storeOf([SUMMARY]);
  const images = [IMAGE, { ...IMAGE, region: 'RegionTwo' }];
  const sources = { activity: activityOf(images), traces: store };
  const both = await get(`/api/images/${IMAGE_ID.toUpperCase()}`, sources);
  expect(await both.json()).toEqual({ images, traces: [SUMMARY] });
  const one = await get(`/api/images/${IMAGE_ID}?region=RegionTwo`, sources);
  expect(await one.json()).toEqual({ images: [images[1]], traces: [SUMMARY] });
  expect(asked).toEqual([
    { limit: 50, image: IMAGE_ID },
    { limit: 50, image: IMAGE_ID, region: 'RegionTwo' },
  ]);
});

test('an image that nothing is known of is a JSON 404', async () => {
  for (const id of [IMAGE_ID, 'nonsense', '%2e%2e']) {
    const response = await get(`/api/images/${id}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toHaveProperty('error');
  }
});

test('a parameter that there is not is refused by its name', async () => {
  const response = await get(`/api/images/${IMAGE_ID}?limit=5`, { activity: activityOf([IMAGE]) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ parameter: 'limit' });
});
