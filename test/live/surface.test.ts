// The whole surface of Glance: each call is made of Glance and of the gateway, and both must say the
// same: status, headers and body. Calls that change something are made of two images, one each.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Edge, type LiveRegion, startEdge } from './edge.ts';
import { type ExchangeOptions, exchange } from './exchange.ts';
import { labSetting, labToken, makeImage, makeRecord, must } from './lab.ts';
import { sayings } from './sayings.ts';

let edge: Edge;
/** What stands in paths for an active image and for one without data, in each region. */
let named: Readonly<Record<'one' | 'two', Readonly<Record<'{image}' | '{empty}', string>>>>;
let tokens: Readonly<Record<'admin' | 'demo' | 'other', string>>;

beforeAll(async () => {
  edge = await startEdge();
  const [admin, demo, other] = await Promise.all([
    labToken('admin'),
    labToken('demo'),
    labToken('other'),
  ]);
  tokens = { admin, demo, other };
  const made = async ({ glance }: LiveRegion) => ({
    '{image}': (await makeImage(glance, demo)).id,
    '{empty}': await makeRecord(glance, demo),
  });
  named = { one: await made(edge.one), two: await made(edge.two) };
  return edge.stop;
});

interface Asked extends ExchangeOptions {
  /** Whose token goes along; null for none. */
  readonly user?: 'admin' | 'demo' | 'other' | null;
}

/** The call with a name that tells it from the others. */
function titled([path, asked = {}]: readonly [string, Asked?]): [string, string, Asked] {
  const { user = 'demo', ...more } = asked;
  const words = Object.keys(more).length > 0 ? ` with ${JSON.stringify(more)}` : '';
  return [`${path} as ${user ?? 'nobody'}${words}`, path, asked];
}

/** What the answer of that base says to that call. */
async function said(base: string, path: string, asked: Asked = {}) {
  return sayings(await ask(base, path, asked), base);
}

async function ask(base: string, path: string, { user = 'demo', ...options }: Asked) {
  const headers = {
    ...(user === null ? {} : { 'X-Auth-Token': tokens[user] }),
    ...options.headers,
  };
  return await exchange(base + path, { ...options, headers });
}

const READS: readonly [string, Asked?][] = [
  ['/', { user: null }],
  ['/'],
  ['/versions', { user: null }],
  ['/versions'],
  ['/v2'],
  ['/v2/'],
  ['/v3/images'],
  ['/nothing'],
  ['/healthcheck', { user: null }],
  ['/v2/images?limit=2'],
  ['/v2/images?limit=2&sort=name:asc,created_at:desc&visibility=all&tag=a&tag=b'],
  ['/v2/images?name=in:%22a%2Cb%22,c'],
  ['/v2/images?limit=-1'],
  ['/v2/images', { user: null }],
  ['/v2/images', { headers: { 'X-Auth-Token': 'nonsense' } }],
  ['/v2.15/images?limit=1'],
  ['/v2/images/{image}'],
  ['/v2/images/{image}', { user: 'other' }],
  ['/v2/images/{image}', { user: 'other', headers: { Accept: 'application/json' } }],
  ['/v2/images/{image}', { user: 'other', headers: { Accept: 'text/html' } }],
  ['/v2/images/{image}', { user: 'other', headers: { Accept: 'text/plain' } }],
  ['/v2/images/{image}', { user: 'admin' }],
  ['/v2.15/images/{image}'],
  ['/v2/images/{image}/'],
  ['/v2/images/{image}/file/'],
  ['/v2/images/{image}?x=1'],
  ['/v2/images/{empty}'],
  ['/v2/images/{empty}/file'],
  ['/v2/images/00000000-0000-4000-8000-000000000000'],
  ['/v2/images/00000000-0000-4000-8000-000000000000/file'],
  ['/v2/images/{image}/members'],
  ['/v2/images/{image}/members/nobody'],
  ['/v2/images/{image}/locations'],
  ['/v2/images/{image}/nothing'],
  ['/v2/images/{image}/file', { headers: { 'Accept-Encoding': 'gzip' } }],
  ['/v2/images/{image}', { headers: { 'Accept-Encoding': 'gzip' } }],
  ['/v2/tasks', { user: 'admin' }],
  ['/v2/tasks'],
  ['/v2/tasks/00000000-0000-4000-8000-000000000000', { user: 'admin' }],
  ['/v2/info/import'],
  ['/v2/info/stores'],
  ['/v2/info/stores/detail', { user: 'admin' }],
  ['/v2/info/stores/detail'],
  ['/v2/info/usage'],
  ['/v2/cache', { user: 'admin' }],
  ['/v2/metadefs/resource_types'],
  ['/v2/metadefs/namespaces?limit=3'],
  ['/v2/metadefs/namespaces/OS::Compute::Quota'],
  ['/v2/metadefs/namespaces/OS%3A%3ACompute%3A%3AQuota'],
  ['/v2/metadefs/namespaces/OS::Compute::Quota/properties'],
  ['/v2/metadefs/namespaces/OS::Compute::Quota/objects'],
  ['/v2/metadefs/namespaces/OS::Compute::Quota/tags'],
  ['/v2/metadefs/namespaces/OS::Compute::Quota/resource_types'],
  ['/v2/metadefs/namespaces/Nothing'],
  ...['image', 'images', 'member', 'members', 'task', 'tasks'].map((name): [string] => [
    `/v2/schemas/${name}`,
  ]),
  ...['namespace', 'namespaces', 'object', 'objects', 'property', 'properties', 'tag', 'tags'].map(
    (name): [string] => [`/v2/schemas/metadefs/${name}`],
  ),
  ['/v2/schemas/metadefs/resource_type'],
  ['/v2/schemas/nothing'],
];

describe.each(['one', 'two'] as const)('in region %s', (region) => {
  test.each(READS.map(titled))('GET %s', async (_, path, asked) => {
    const { glance, edge: through } = edge[region];
    const direct = await said(glance, inRegion(region, path), asked);
    // Twice: the second answer may come from the cache.
    expect(await said(through, inRegion(region, path), asked)).toEqual(direct);
    expect(await said(through, inRegion(region, path), asked)).toEqual(direct);
  });
});

function inRegion(region: 'one' | 'two', path: string): string {
  return path.replace(/\{(image|empty)\}/, (name) => Object(named[region])[name]);
}

test.each([
  '/',
  '/versions',
  '/v2/images',
  '/v2/images/{image}',
  '/v2/images/{image}/file',
  '/v2/images/{empty}/file',
  '/v2/schemas/image',
])('HEAD %s', async (path) => {
  const asked = { method: 'HEAD' };
  const direct = await said(edge.one.glance, inRegion('one', path), asked);
  expect(await said(edge.url, inRegion('one', path), asked)).toEqual(direct);
});

const OCTETS = { 'Content-Type': 'application/octet-stream' };

const REFUSED: readonly [string, string, Asked?][] = [
  ['OPTIONS', '/v2/images'],
  ['PUT', '/v2/images/{image}'],
  ['PUT', '/v2/images'],
  ['DELETE', '/v2/images'],
  ['PATCH', '/v2/images/{image}', { body: '[]', headers: { 'Content-Type': 'text/plain' } }],
  ['POST', '/v2/images', { body: '{', headers: { 'Content-Type': 'application/json' } }],
  ['POST', '/v2/images', { body: '{"id": "x"}', headers: { 'Content-Type': 'application/json' } }],
  [
    'POST',
    '/v2/images',
    { user: null, body: '{}', headers: { 'Content-Type': 'application/json' } },
  ],
  ['POST', '/v2/tasks', { body: '{}', headers: { 'Content-Type': 'application/json' } }],
  ['POST', '/v2/images/{image}/file', { body: 'x' }],
  ['PUT', '/v2/images/{image}/file', { body: 'x', headers: { 'Content-Type': 'text/plain' } }],
  ['PUT', '/v2/images/{image}/file', { body: 'x', headers: OCTETS }],
  ['PUT', '/v2/images/{image}/file', { user: 'other', body: 'x', headers: OCTETS }],
  ['DELETE', '/v2/images/{image}/file'],
  ['DELETE', '/v2/images/{image}', { user: 'other' }],
  ['DELETE', '/v2/images/00000000-0000-4000-8000-000000000000'],
  ['POST', '/v2/images/{image}/actions/deactivate', { user: 'other' }],
  ['POST', '/v2/images/{image}/actions/explode'],
];

const REFUSALS = REFUSED.map(([method, path, asked]) => titled([path, { ...asked, method }]));

test.each(REFUSALS)('%s is answered as by Glance', async (_, path, refused) => {
  const direct = await said(edge.one.glance, inRegion('one', path), refused);
  expect(await said(edge.url, inRegion('one', path), refused)).toEqual(direct);
});

test.each(['close', 'keep-alive'])('Connection: %s is answered in kind', async (wish) => {
  const answer = await ask(edge.url, '/v2/images?limit=1', { headers: { Connection: wish } });
  expect(answer.headers.connection).toBe(wish);
});

describe('a life of an image is told alike', () => {
  const JSON_TYPE = { 'Content-Type': 'application/json' };
  const PATCH_TYPE = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
  const post = (value: unknown, user: Asked['user'] = 'demo'): Asked => ({
    method: 'POST',
    user,
    headers: JSON_TYPE,
    body: JSON.stringify(value),
  });
  const patch = (...changes: object[]): Asked => ({
    method: 'PATCH',
    headers: PATCH_TYPE,
    body: JSON.stringify(changes),
  });
  const upload = (body: string): Asked => ({ method: 'PUT', headers: OCTETS, body });
  const NEW = { name: 'told', disk_format: 'raw', container_format: 'bare', visibility: 'shared' };

  /** Makes an image there and goes through the steps; what each answer said. */
  async function story(base: string, steps: readonly [string, Asked?][]) {
    const made = await ask(base, '/v2/images', post(NEW));
    const { id }: { id: string } = JSON.parse(made.text());
    const told = [sayings(made, base)];
    for (const [path, asked] of steps) {
      told.push(await said(base, `/v2/images/${id}${path}`, asked));
    }
    return { told, id };
  }

  async function bothTell(steps: readonly [string, Asked?][], region: LiveRegion = edge.one) {
    const direct = await story(region.glance, steps);
    const through = await story(region.edge, steps);
    expect(through.told).toEqual(direct.told);
    return { direct, through };
  }

  test('created, changed, tagged, uploaded, read, deleted', async () => {
    await bothTell([
      [''],
      ['/file'],
      ['', patch({ op: 'add', path: '/colour', value: 'blue' })],
      ['', patch({ op: 'replace', path: '/name', value: 'renamed' })],
      ['', patch({ op: 'remove', path: '/nothing' })],
      ['/tags/one', { method: 'PUT' }],
      [''],
      ['/tags/one', { method: 'DELETE' }],
      ['/tags/one', { method: 'DELETE' }],
      ['/file', upload('the data')],
      [''],
      ['/file'],
      ['/file', upload('the data again')],
      ['', patch({ op: 'replace', path: '/protected', value: true })],
      ['', { method: 'DELETE' }],
      ['', patch({ op: 'replace', path: '/protected', value: false })],
      ['', { method: 'DELETE' }],
      [''],
      ['/file'],
      ['', { method: 'DELETE' }],
    ]);
  });

  test('created in the second region, read there, deleted', async () => {
    await bothTell([[''], ['/file', upload('x')], ['/file'], ['', { method: 'DELETE' }]], edge.two);
  });

  test('shared and no longer shared', async () => {
    const member = `/members/${labSetting('LAB_PROJECT_OTHER')}`;
    await bothTell([
      ['/file', upload('for a member')],
      ['', { user: 'other' }],
      ['/members', post({ member: labSetting('LAB_PROJECT_OTHER') })],
      ['/members', post({ member: labSetting('LAB_PROJECT_OTHER') })],
      ['/members'],
      ['', { user: 'other' }],
      [member, { method: 'PUT', user: 'other', headers: JSON_TYPE, body: '{"status":"accepted"}' }],
      [member, { user: 'other' }],
      ['/file', { user: 'other' }],
      [member, { method: 'DELETE' }],
      ['/file', { user: 'other' }],
    ]);
  });

  test('deactivated and reactivated', async () => {
    const act = (): Asked => ({ method: 'POST', user: 'admin' });
    await bothTell([
      ['/file', upload('on and off')],
      ['/file'],
      ['/actions/deactivate', act()],
      [''],
      ['/file'],
      ['/file', { user: 'admin' }],
      ['/actions/reactivate', act()],
      ['/file'],
    ]);
  });

  test('located where its data lies already', async () => {
    const data = await makeImage(edge.one.glance, tokens.admin, { visibility: 'public' });
    const url = `${edge.one.glance}/v2/images/${data.id}/file`;
    await bothTell([
      ['', patch({ op: 'add', path: '/locations/-', value: { url: 'ftp://x/y', metadata: {} } })],
      ['', patch({ op: 'add', path: '/locations/-', value: { url, metadata: {} } })],
    ]);
  });

  test('staged and imported, and copied to another store', async () => {
    const stage: readonly [string, Asked?][] = [
      ['/import', post({ method: { name: 'glance-direct' } })],
      ['/stage', upload('staged data')],
      ['/file'],
      ['/import', post({ method: { name: 'glance-direct' } })],
    ];
    const { direct, through } = await bothTell(stage);
    const ends = [];
    for (const [base, { id }] of [
      [edge.one.glance, direct],
      [edge.url, through],
    ] as const) {
      await becomes(base, id, { status: 'active', stores: 'fast' });
      const copy = { method: { name: 'copy-image' }, stores: ['slow'] };
      ends.push(await said(base, `/v2/images/${id}/import`, post(copy, 'admin')));
      await becomes(base, id, { stores: 'fast,slow' });
      ends.push(await said(base, `/v2/images/${id}/tasks`));
      ends.push(await said(base, `/v2/images/${id}/file`));
      ends.push(await said(base, `/v2/stores/fast/${id}`, { method: 'DELETE' }));
    }
    expect(ends.slice(4)).toEqual(ends.slice(0, 4));
  });

  test('imported from the web', async () => {
    const source = `${edge.one.glance}/healthcheck`;
    const method = { name: 'web-download', uri: source };
    const { through } = await bothTell([['/import', post({ method })]]);
    await becomes(edge.url, through.id, { status: 'active' });
    const data = await exchange(`${edge.url}/v2/images/${through.id}/file`, {
      headers: { 'X-Auth-Token': tokens.demo },
    });
    expect(data.text()).toBe((await exchange(source)).text());
  });

  async function becomes(base: string, id: string, wanted: object): Promise<void> {
    await vi.waitFor(
      async () => {
        expect(await must(200, `${base}/v2/images/${id}`, tokens.demo)).toMatchObject(wanted);
      },
      { timeout: 40_000, interval: 250 },
    );
  }

  test('a namespace of metadata definitions is made and unmade', async () => {
    for (const base of [edge.one.glance, edge.url]) {
      const made = await said(
        base,
        '/v2/metadefs/namespaces',
        post({ namespace: 'Live' }, 'admin'),
      );
      expect(made).toMatchObject({ status: 201 });
      expect(made.headers.location ?? '').toMatch(
        /^({endpoint})?\/v2\/metadefs\/namespaces\/Live$/,
      );
      const gone = await said(base, '/v2/metadefs/namespaces/Live', {
        method: 'DELETE',
        user: 'admin',
      });
      expect(gone).toMatchObject({ status: 204 });
    }
  });
});
