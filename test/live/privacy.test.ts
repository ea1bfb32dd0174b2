// Who gets what: another project is told of an image exactly what Glance tells it, cold and warm,
// however it asks.
import { beforeAll, expect, test } from 'vitest';
import { type Edge, HOST_OF_TWO, type LiveRegion, startEdge } from './edge.ts';
import { type Answer, exchange } from './exchange.ts';
import { labSetting, labToken, type MadeImage, makeImage, must } from './lab.ts';

let edge: Edge;
let [admin, demo, other] = ['', '', ''];

beforeAll(async () => {
  edge = await startEdge();
  [admin, demo, other] = await Promise.all([
    labToken('admin'),
    labToken('demo'),
    labToken('other'),
  ]);
  return edge.stop;
});

/** Every way to name an image of RegionTwo, as address and headers. */
function waysToTwo(id: string): { url: string; headers: Record<string, string> }[] {
  const encoded = (base: string): string => encodeURIComponent(`${base}/v2/images/${id}`);
  return [
    { url: `${edge.url}/v2/images/${id}`, headers: { Host: HOST_OF_TWO } },
    { url: `${edge.url}/regions/RegionTwo/v2/images/${id}`, headers: {} },
    { url: `${edge.url}/v2/images/${encoded(edge.two.configured)}`, headers: {} },
    { url: `${edge.url}/v2/images/${encoded(`${edge.url}/regions/RegionTwo`)}`, headers: {} },
  ];
}

const RANGES = [null, 'bytes=0-9', 'bytes=50000-', 'bytes=-10', 'bytes=9007199254740991-'];

async function ask(
  way: { url: string; headers: Record<string, string> },
  path: string,
  token: string,
  range: string | null = null,
): Promise<Answer> {
  const headers = { ...way.headers, 'X-Auth-Token': token };
  return await exchange(way.url + path, {
    headers: range === null ? headers : { ...headers, Range: range },
  });
}

async function expectNothingFor(token: string, image: MadeImage): Promise<void> {
  for (const way of waysToTwo(image.id)) {
    const record = await ask(way, '', token);
    expect(record.status, way.url).toBe(404);
    expect(record.text()).not.toContain(image.sha512);
    for (const range of RANGES) {
      const data = await ask(way, '/file', token, range);
      expect(data.status, `${way.url}/file ${range}`).toBe(404);
      expect(data.body.includes(image.data.subarray(0, 10))).toBe(false);
    }
  }
}

test("another project never gets a private image's record or data, cold, warm, or asking beside the owner", async () => {
  const image = await makeImage(edge.two.glance, demo);
  await expectNothingFor(other, image);
  for (const way of waysToTwo(image.id)) {
    const data = await ask(way, '/file', demo);
    expect(data.body.equals(image.data), way.url).toBe(true);
    expect((await ask(way, '', demo)).status).toBe(200);
  }
  await expectNothingFor(other, image);
  const [way] = waysToTwo(image.id);
  if (way === undefined) throw new Error('there is no way');
  const both = await Promise.all(
    Array.from({ length: 10 }, (_, at) => ask(way, '/file', at % 2 === 0 ? demo : other)),
  );
  expect(both.map(({ status }) => status)).toEqual(Array(5).fill([200, 404]).flat());
  expect((await ask(way, '/file', demo)).headers['cache-status']).toMatch(/^glance-edge; hit/);
});

test('an image of one region is unknown in the other', async () => {
  const image = await makeImage(edge.two.glance, demo);
  await ask({ url: `${edge.two.edge}/v2/images/${image.id}`, headers: {} }, '/file', demo);
  const way = { url: `${edge.one.edge}/v2/images/${image.id}`, headers: {} };
  expect((await ask(way, '', demo)).status).toBe(404);
  expect((await ask(way, '/file', demo)).status).toBe(404);
});

test('a forged identity opens nothing', async () => {
  const image = await makeImage(edge.two.glance, demo);
  const forged = {
    'X-Identity-Status': 'Confirmed',
    'X-Project-Id': labSetting('LAB_PROJECT_DEMO'),
    X_Project_Id: labSetting('LAB_PROJECT_DEMO'),
    'X-Roles': 'admin',
    X_Roles: 'admin',
  };
  for (const way of waysToTwo(image.id)) {
    const asOther = { url: way.url, headers: { ...way.headers, ...forged } };
    expect((await ask(asOther, '/file', other)).status).toBe(404);
    expect((await ask(asOther, '', other)).status).toBe(404);
  }
});

test('an image URI of an address that is not configured is refused', async () => {
  const image = await makeImage(edge.one.glance, demo);
  // Glance's own address is the trap: it exists, and it is not what the gateway was told of.
  const uri = encodeURIComponent(`${edge.one.glance}/v2/images/${image.id}`);
  for (const path of ['', '/file']) {
    expect(
      (await ask({ url: `${edge.url}/v2/images/${uri}`, headers: {} }, path, demo)).status,
    ).toBe(400);
  }
});

/** Statuses of record and data for the other project: through the gateway, and from Glance itself. */
async function seenByOther(region: LiveRegion, id: string): Promise<[number[], number[]]> {
  const at = async (base: string): Promise<number[]> => {
    const way = { url: `${base}/v2/images/${id}`, headers: {} };
    const [record, data] = [await ask(way, '', other), await ask(way, '/file', other)];
    return [record.status, data.status];
  };
  return [await at(region.edge), await at(region.glance)];
}

test('a shared image is open to its members from the moment on that Glance opens it, and no longer', async () => {
  const region = edge.one;
  const project = labSetting('LAB_PROJECT_OTHER');
  const image = await makeImage(region.glance, demo, { visibility: 'shared' });
  const members = `${region.glance}/v2/images/${image.id}/members`;
  const json = { 'Content-Type': 'application/json' };
  await ask({ url: `${region.edge}/v2/images/${image.id}`, headers: {} }, '/file', demo);
  expect(await seenByOther(region, image.id)).toEqual([
    [404, 404],
    [404, 404],
  ]);
  const body = JSON.stringify({ member: project });
  await must(200, members, demo, { method: 'POST', headers: json, body });
  expect(await seenByOther(region, image.id)).toEqual([
    [200, 200],
    [200, 200],
  ]);
  await must(204, `${members}/${project}`, demo, { method: 'DELETE' });
  const url = `${region.edge}/v2/images/${image.id}`;
  expect((await ask({ url, headers: {} }, '/file', other)).status).toBe(404);
});

test.each(['public', 'community'])('a %s image is open to everybody', async (visibility) => {
  const image = await makeImage(edge.one.glance, admin, { visibility });
  for (const token of [other, demo, other]) {
    const url = `${edge.one.edge}/v2/images/${image.id}`;
    const data = await ask({ url, headers: {} }, '/file', token);
    expect(data.body.equals(image.data)).toBe(true);
  }
  expect(await seenByOther(edge.one, image.id)).toEqual([
    [200, 200],
    [200, 200],
  ]);
});

test('a public image that becomes private again is closed at once, though it is cached', async () => {
  const image = await makeImage(edge.one.glance, admin, { visibility: 'public' });
  const url = `${edge.one.edge}/v2/images/${image.id}`;
  expect((await ask({ url, headers: {} }, '/file', other)).status).toBe(200);
  await must(200, `${edge.one.glance}/v2/images/${image.id}`, admin, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/openstack-images-v2.1-json-patch' },
    body: JSON.stringify([{ op: 'replace', path: '/visibility', value: 'private' }]),
  });
  expect((await ask({ url, headers: {} }, '/file', other)).status).toBe(404);
});
