// ImageApi against a real Glance: directly and through the gateway, by UUID and by URI, and always
// the same.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  type Image,
  ImageApi,
  type ImageContext,
  ImageNotAuthorized,
  ImageNotFound,
  ImageUnacceptable,
} from '../../src/index.ts';
import { type Edge, startEdge } from './edge.ts';
import { labSetting, labToken } from './lab.ts';

let edge: Edge;
let folder: string;
let admin: ImageContext;
let demo: ImageContext;
let other: ImageContext;

/** A way to an image of RegionTwo: an ImageApi, and what it calls the image. */
interface Way {
  readonly name: string;
  readonly api: ImageApi;
  readonly ref: (id: string) => string;
}
let ways: readonly Way[] = [];
/** Glance itself. */
let direct: ImageApi;

beforeAll(async () => {
  edge = await startEdge();
  folder = await mkdtemp(join(tmpdir(), 'image-api-live-'));
  admin = { authToken: await labToken('admin') };
  demo = { authToken: await labToken('demo') };
  other = { authToken: await labToken('other') };
  const glance = edge.two.glance;
  direct = new ImageApi({ endpoints: [glance] });
  const gateway = new ImageApi({ endpoints: [edge.two.edge] });
  const gateways = new ImageApi({ endpoints: [edge.url], throughGateway: true });
  const same = (id: string): string => id;
  ways = [
    { name: 'directly by UUID', api: direct, ref: same },
    { name: 'directly by URI', api: direct, ref: (id) => `${glance}/v2/images/${id}` },
    { name: 'through the gateway by UUID', api: gateway, ref: same },
    {
      name: 'through the gateway by URI',
      api: gateways,
      ref: (id) => `${edge.two.edge}/v2/images/${id}`,
    },
    {
      name: "through the gateway by Glance's own URI",
      api: gateways,
      ref: (id) => `${edge.two.configured}/v2/images/${id}`,
    },
  ];
  return edge.stop;
});

afterAll(async () => {
  await Promise.all(ways.map(({ api }) => api.close()));
  await rm(folder, { recursive: true, force: true });
});

const DATA = randomBytes(3_000_000);
const INFO = {
  name: 'image-api',
  diskFormat: 'raw',
  containerFormat: 'bare',
  minRam: 64,
  properties: { os_distro: 'debian', colour: 'red', mappings: [{ virtual: 'ami' }] },
};

/** Everything but what Glance gives each image of its own, and stores it where it likes. */
function comparable(image: Image): Record<string, unknown> {
  const { id: _, createdAt, updatedAt, directUrl, locations, stores, ...rest } = image;
  return {
    ...rest,
    times: [createdAt instanceof Date, updatedAt instanceof Date],
    direct: typeof directUrl,
    locations: locations?.length,
    stores: typeof stores,
  };
}

/** What happens on every way, told the same by all of them. */
async function onEveryWay<T>(work: (way: Way) => Promise<T>): Promise<T> {
  const told: T[] = [];
  for (const way of ways) told.push(await work(way));
  const [first, ...others] = told;
  if (first === undefined) throw new Error('there is no way');
  for (const one of others) expect(one).toEqual(first);
  return first;
}

/** For what names no image: directly, and through the gateway's address of the region. */
async function onDefaultSessions<T>(work: (api: ImageApi) => Promise<T>): Promise<readonly T[]> {
  const apis = ways.filter(({ ref }) => ref('id') === 'id').map(({ api }) => api);
  expect(apis).toHaveLength(2);
  return [await work(apis[0] ?? direct), await work(apis[1] ?? direct)];
}

async function made(data: Uint8Array | null = DATA): Promise<string> {
  return (await direct.create(demo, INFO, data)).id;
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'well',
    (error: unknown) => Object(error).code,
  );

test('create, get, update and delete give the same on every way', async () => {
  const story = await onEveryWay(async ({ api, ref }) => {
    const created = await direct.create(demo, INFO, DATA);
    const { id } = created;
    const shown = await api.get(demo, ref(id), { includeLocations: true });
    const changes = { name: 'changed', properties: { colour: 'blue' } };
    const kept = await api.update(demo, ref(id), changes);
    const purged = await api.update(demo, ref(id), changes, { purgeProps: true });
    const again = await api.get(demo, ref(id));
    const deleted = await api.delete(demo, ref(id));
    const images = [created, shown, kept, purged, again].map(comparable);
    return { images, deleted, gone: await codeOf(api.get(demo, ref(id))) };
  });
  const [created, shown, kept, purged] = story.images;
  expect(created).toMatchObject({
    name: 'image-api',
    status: 'active',
    size: DATA.byteLength,
    checksum: createHash('md5').update(DATA).digest('hex'),
    osHashValue: createHash('sha512').update(DATA).digest('hex'),
    minRam: 64,
    isPublic: false,
    properties: INFO.properties,
  });
  expect(shown).toMatchObject({ direct: 'string', locations: 2 });
  expect(kept?.properties).toEqual({ ...INFO.properties, colour: 'blue' });
  expect(purged?.properties).toEqual({ colour: 'blue' });
  expect([story.deleted, story.gone]).toEqual([true, 'not-found']);
});

test('download gives the same bytes on every way, to a file, to a sink and as a stream', async () => {
  const id = await made();
  const told = await onEveryWay(async ({ api, ref }) => {
    const destPath = join(folder, 'image');
    await api.download(demo, ref(id), { destPath });
    const sink: Uint8Array[] = [];
    await api.download(demo, ref(id), { data: { write: (piece) => sink.push(piece) } });
    const stream: Uint8Array[] = [];
    for await (const piece of await api.download(demo, ref(id))) stream.push(piece);
    const all = [await readFile(destPath), Buffer.concat(sink), Buffer.concat(stream)];
    return all.map((bytes) => bytes.equals(DATA));
  });
  expect(told).toEqual([true, true, true]);
});

test('an image made through the gateway is like one made directly', async () => {
  const images = await onDefaultSessions(async (api) => {
    const image = await api.create(demo, INFO, DATA);
    await api.delete(demo, image.id);
    return comparable(image);
  });
  expect(images[0]).toEqual(images[1]);
});

test('lists are the same through the gateway, page by page too', async () => {
  const ids = [await made(), await made(), await made(null)];
  const colour = `c${Date.now()}`;
  for (const id of ids) await direct.update(demo, id, { properties: { colour } });
  const query = { filters: { 'property-colour': colour }, sortKey: 'id', sortDir: 'asc' };
  const lists = await onDefaultSessions(async (api) => {
    const all = await api.getAll(demo, query);
    expect(await api.getAll(demo, { ...query, pageSize: 1 })).toEqual(all);
    expect(await api.getAll(demo, { ...query, limit: 1 })).toEqual(all.slice(0, 1));
    return all;
  });
  expect(lists[0]?.map(({ id }) => id)).toEqual([...ids].sort());
  expect(lists[1]).toEqual(lists[0]);
});

test('refusals have the same class on every way', async () => {
  const active = await made();
  const queued = await made(null);
  const told = await onEveryWay(async ({ api, ref }) => {
    const stream = (context: ImageContext, id: string) =>
      codeOf(api.download(context, ref(id)).then((data) => data.cancel()));
    return [
      await codeOf(api.get(other, ref(active))),
      await stream(other, active),
      await stream(demo, queued),
      await codeOf(api.update(demo, ref(active), { isPublic: true })),
      await codeOf(api.get({ authToken: 'nonsense' }, ref(active))),
      await codeOf(api.copyImageToStore(demo, ref(active), 'nowhere')),
    ];
  });
  const kinds = [ImageNotFound, ImageNotFound, ImageUnacceptable, ImageNotAuthorized];
  const codes = kinds.map((Kind) => new Kind('').code);
  expect(told.slice(0, 4)).toEqual(codes);
  expect(told[4]).toBe('not-authorized');
});

test('copyImageToStore copies into another store', async () => {
  const id = await made();
  await direct.copyImageToStore(admin, id, 'slow');
  await vi.waitFor(
    async () => {
      const { stores } = await direct.get(admin, id);
      expect(String(stores).split(',').sort()).toEqual(['fast', 'slow']);
    },
    { timeout: 60_000, interval: 500 },
  );
});

test('instance_owner becomes a member, and size 0 an active image', async () => {
  const project = labSetting('LAB_PROJECT_OTHER');
  const shared = await direct.create(
    demo,
    { ...INFO, visibility: 'shared', properties: { instance_owner: project } },
    DATA,
  );
  expect((await direct.get(other, shared.id)).id).toBe(shared.id);
  expect(await direct.create(demo, { name: 'empty', size: 0 })).toMatchObject({
    status: 'active',
    size: 0,
    diskFormat: 'raw',
  });
});
