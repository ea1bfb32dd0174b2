// Reading records: one, many, page by page, and what a caller without a token is shown.
import { expect, test } from 'vitest';
import { Forbidden, ImageNotFound, Invalid } from '../../src/index.ts';
import { ADMIN, EXPIRED, SERVICE } from '../support/trouble-origin.ts';
import { AS_OWNER, openStage, thrownBy } from './stage/stage.ts';
import { json, stagedGlance } from './stage/staged-glance.ts';

const ID = '4c3a4a9e-0b1f-4f8e-9a0c-0c9d3a5d7e11';

test('get gives the record with attributes at the top, the rest in properties, and times as dates', async () => {
  const { api, origin } = await openStage();
  const attributes = { os_distro: 'debian', colour: 'red', min_ram: 512, tags: ['a'] };
  const image = await origin.seed({ size: 1000, name: 'one', attributes });
  const record = await api.get(AS_OWNER, image.id);
  expect(record).toMatchObject({
    id: image.id,
    name: 'one',
    status: 'active',
    size: 1000,
    isPublic: false,
    diskFormat: 'raw',
    containerFormat: 'bare',
    minRam: 512,
    minDisk: 0,
    owner: 'demo',
    osHashAlgo: 'sha512',
    osHashValue: image.sha512,
    deleted: false,
    deletedAt: null,
    properties: { os_distro: 'debian', colour: 'red' },
  });
  expect(record.createdAt).toBeInstanceOf(Date);
  for (const name of ['self', 'schema', 'file', 'protected', 'virtualSize', 'tags', 'locations']) {
    expect(record).not.toHaveProperty(name);
  }
});

test('the image schema is asked for once', async () => {
  const { api, lines } = stagedGlance();
  const { id } = await api.create(AS_OWNER, { name: 'x' });
  await api.get(AS_OWNER, id);
  await api.getAll(AS_OWNER);
  expect(lines().filter((line) => line.includes('/v2/schemas'))).toHaveLength(1);
});

test('includeLocations adds the locations, and the direct URL as the last of them', async () => {
  const locations = [{ url: 'file:///a', metadata: { store: 'fast' } }];
  const record = { id: ID, status: 'active', locations, direct_url: 'file:///a' };
  const { api } = stagedGlance(({ line }) =>
    line === `GET /v2/images/${ID}` ? json(record) : null,
  );
  expect(await api.get(AS_OWNER, ID, { includeLocations: true })).toMatchObject({
    directUrl: 'file:///a',
    locations: [...locations, { url: 'file:///a', metadata: {} }],
  });
  const without = await api.get(AS_OWNER, ID);
  expect([without.locations, without.directUrl]).toEqual([undefined, undefined]);
});

test('showDeleted: false makes a deleted image one that is not there', async () => {
  const record = { id: ID, status: 'deleted', deleted: true, deleted_at: '2030-01-02T03:04:05Z' };
  const { api } = stagedGlance(({ line }) =>
    line === `GET /v2/images/${ID}` ? json(record) : null,
  );
  expect(await api.get(AS_OWNER, ID)).toMatchObject({
    deleted: true,
    deletedAt: new Date('2030-01-02T03:04:05Z'),
  });
  const error = await thrownBy(() => api.get(AS_OWNER, ID, { showDeleted: false }));
  expect(error).toBeInstanceOf(ImageNotFound);
});

test.each([
  ['an admin', { isAdmin: true }, true],
  ['the owner by owner_id', { projectId: 'p1' }, true],
  ['the owner by project_id', { projectId: 'p2' }, true],
  ['the user who made it', { userId: 'u1' }, true],
  ['another project', { projectId: 'p3', userId: 'u2' }, false],
  ['nobody', {}, false],
])('without a token, what is not public is there for %s: %s', async (_, context, isThere) => {
  const record = { id: ID, status: 'active', visibility: 'private' };
  const owned = { ...record, owner_id: 'p1', project_id: 'p2', user_id: 'u1' };
  const { api } = stagedGlance(({ line }) => {
    if (line.startsWith('GET /v2/schemas')) return json({ properties: { id: {} } });
    return line.startsWith('GET /v2/images?') ? json({ images: [owned] }) : json(owned);
  });
  expect(await api.getAll(context)).toHaveLength(isThere ? 1 : 0);
  const shown = api.get(context, ID).then(
    () => true,
    (error: unknown) => !(error instanceof ImageNotFound),
  );
  expect(await shown).toBe(isThere);
});

test('without a token, a public image is there for everybody', async () => {
  const { api } = stagedGlance(({ line }) =>
    line.startsWith('GET /v2/schemas')
      ? json({ properties: {} })
      : json({ id: ID, status: 'active', visibility: 'public' }),
  );
  expect((await api.get({}, ID)).isPublic).toBe(true);
});

test('filters become those of Glance', async () => {
  const { api, lines } = stagedGlance();
  await api.getAll(AS_OWNER, {
    filters: {
      name: 'a b',
      'property-os_type': 'linux',
      'property-project_id': 'p',
      'changes-since': new Date('2030-01-02T03:04:05.678Z'),
      tag: ['x', 'y'],
      status: ['active', 'queued'],
      size_min: 5,
      owner: null,
    },
  });
  const [line = ''] = lines();
  expect(new URLSearchParams(line.split('?')[1]).toString()).toBe(
    new URLSearchParams([
      ['limit', '200'],
      ['name', 'a b'],
      ['os_type', 'linux'],
      ['project_id', 'p'],
      ['updated_at', 'gte:2030-01-02T03:04:05Z'],
      ['tag', 'x'],
      ['tag', 'y'],
      ['status', 'in:active,queued'],
      ['size_min', '5'],
    ]).toString(),
  );
});

test.each([
  [true, 'public'],
  ['True', 'public'],
  ['1', 'public'],
  [false, 'private'],
  [0, 'private'],
  ['none', null],
  [null, null],
])('is_public %j asks for the visibility %s', async (value, visibility) => {
  const { api, lines } = stagedGlance();
  await api.getAll(AS_OWNER, { filters: { is_public: value } });
  const [line = ''] = lines();
  expect(new URLSearchParams(line.split('?')[1]).get('visibility')).toBe(visibility);
});

test('sort keys and directions are repeated; the numbers have to match', async () => {
  const { api, lines } = stagedGlance();
  await api.getAll(AS_OWNER, { sortKey: ['name', 'size'], sortDir: ['asc', 'desc'] });
  expect(lines()[0]).toBe(
    'GET /v2/images?limit=200&sort_key=name&sort_key=size&sort_dir=asc&sort_dir=desc',
  );
  const wrong = { sortKey: ['name', 'size', 'id'], sortDir: ['asc', 'desc'] };
  expect(await thrownBy(() => api.getAll(AS_OWNER, wrong))).toBeInstanceOf(Invalid);
});

test('all pages are read, each with the whole query, and limit ends the list early', async () => {
  const { api, origin } = await openStage();
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await origin.seed({ size: 1, name, attributes: { tags: ['x', 'y'] } });
  }
  const query = { filters: { tag: ['x', 'y'] }, sortKey: 'name', sortDir: 'asc', pageSize: 2 };
  const names = async (more: object): Promise<readonly (string | null)[]> =>
    (await api.getAll(AS_OWNER, { ...query, ...more })).map(({ name }) => name);
  expect(await names({})).toEqual(['a', 'b', 'c', 'd', 'e']);
  const pages = origin.ledger.calls.filter(({ target }) => target.startsWith('/v2/images?'));
  expect(pages.every(({ target }) => target.includes('tag=x&tag=y'))).toBe(true);
  expect(await names({ limit: 3 })).toEqual(['a', 'b', 'c']);
  expect(origin.ledger.calls.at(-1)?.target).toContain('limit=1&');
  const [first] = await api.getAll(AS_OWNER, { ...query, limit: 1 });
  expect(await names({ marker: first?.id })).toEqual(['b', 'c', 'd', 'e']);
});

test('iterate asks for a page when it is reached', async () => {
  const { api, origin } = await openStage();
  for (const name of ['a', 'b', 'c']) await origin.seed({ size: 1, name });
  const pages = (): number => origin.ledger.count(({ target }) => target.startsWith('/v2/images?'));
  for await (const image of api.iterate(AS_OWNER, { pageSize: 1 })) {
    expect(image.status).toBe('active');
    if (pages() === 2) break;
  }
  expect(pages()).toBe(2);
});

test('a list that the caller may not have is Forbidden, a filter that is none Invalid', async () => {
  const { api, origin } = await openStage();
  await origin.seed({ size: 1 });
  expect(await thrownBy(() => api.getAll({ authToken: 'wrong' }))).toBeInstanceOf(Forbidden);
  const wrong = { filters: { visibility: 'seen' } };
  expect(await thrownBy(() => api.getAll(AS_OWNER, wrong))).toBeInstanceOf(Invalid);
  expect(await thrownBy(() => api.getAll(AS_OWNER, { limit: -1 }))).toBeInstanceOf(Invalid);
});

test('an expired token works beside a service token, and both go out with the request id', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 1 });
  const globalId = 'req-5f0c4d8e-1b9c-4b53-a0d4-3d9b6ed0ff1c';
  const context = { authToken: EXPIRED, serviceToken: SERVICE, globalId };
  expect((await api.get(context, image.id)).id).toBe(image.id);
  const headers = new Map(origin.ledger.calls.at(0)?.headers);
  expect([
    headers.get('X-Auth-Token'),
    headers.get('X-Service-Token'),
    headers.get('X-OpenStack-Request-ID'),
  ]).toEqual([EXPIRED, SERVICE, globalId]);
});

test('a token that no header can hold is refused without being told', async () => {
  const { api } = await openStage();
  const error = await thrownBy(() => api.getAll({ authToken: `${ADMIN}\nX-Roles: admin` }));
  expect(error).toBeInstanceOf(Invalid);
  expect(JSON.stringify([error.message, String(error.cause)])).not.toContain(ADMIN);
});
