// The whole surface of Glance: each call is made of Glance and of the gateway, and both must say the
// same: status, headers and body. Here the calls that change nothing; changes.test.ts has the others.
import { beforeAll, describe, expect, test } from 'vitest';
import { type Asked, type Calls, signIn } from './calls.ts';
import { type Edge, type LiveRegion, startEdge } from './edge.ts';
import { makeImage, makeRecord } from './lab.ts';

let edge: Edge;
/** What stands in paths for an active image and for one without data, in each region. */
let named: Readonly<Record<'one' | 'two', Readonly<Record<'{image}' | '{empty}', string>>>>;
let calls: Calls;

beforeAll(async () => {
  edge = await startEdge();
  calls = await signIn();
  const { demo } = calls.tokens;
  const made = async ({ glance }: LiveRegion) => ({
    '{image}': (await makeImage(glance, demo)).id,
    '{empty}': await makeRecord(glance, demo),
  });
  named = { one: await made(edge.one), two: await made(edge.two) };
  return edge.stop;
});

/** The call with a name that tells it from the others. */
function titled([path, asked = {}]: readonly [string, Asked?]): [string, string, Asked] {
  const { user = 'demo', ...more } = asked;
  const words = Object.keys(more).length > 0 ? ` with ${JSON.stringify(more)}` : '';
  return [`${path} as ${user ?? 'nobody'}${words}`, path, asked];
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
    const direct = await calls.said(glance, inRegion(region, path), asked);
    // Twice: the second answer may come from the cache.
    expect(await calls.said(through, inRegion(region, path), asked)).toEqual(direct);
    expect(await calls.said(through, inRegion(region, path), asked)).toEqual(direct);
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
  const direct = await calls.said(edge.one.glance, inRegion('one', path), asked);
  expect(await calls.said(edge.url, inRegion('one', path), asked)).toEqual(direct);
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
  const direct = await calls.said(edge.one.glance, inRegion('one', path), refused);
  expect(await calls.said(edge.url, inRegion('one', path), refused)).toEqual(direct);
});

test.each(['close', 'keep-alive'])('Connection: %s is answered in kind', async (wish) => {
  const answer = await calls.ask(edge.url, '/v2/images?limit=1', { headers: { Connection: wish } });
  expect(answer.headers.connection).toBe(wish);
});
