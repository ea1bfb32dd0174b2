import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routeOf } from '../../src/core/route.ts';
import { resolveTarget } from '../../src/core/target.ts';

const ID = '0d0a0b0c-0000-4000-8000-00000000000a';
const OTHER = '0d0a0b0c-0000-4000-8000-00000000000b';
const of = (method: string, path: string) =>
  routeOf(method, path === '/' ? [] : path.split('/').slice(1));

test.each([
  ['/', 'versions', '/'],
  ['/versions', 'versions', '/versions'],
  ['/v2/images', 'image-list', '/v2/images'],
  ['/v2.15/images', 'image-list', '/v2/images'],
  [`/v2/images/${ID}`, 'image-record', '/v2/images/{image_id}'],
  [`/v2.9/images/${ID}`, 'image-record', '/v2/images/{image_id}'],
  [`/v2/images/${ID}/file`, 'image-data', '/v2/images/{image_id}/file'],
  [`/v2/images/${ID}/`, 'relay', '/{name}'],
  [`/v2/images/${ID}/file/`, 'relay', '/{name}'],
  [`/v2/images/${ID}/members`, 'relay', '/v2/images/{image_id}/members'],
  [`/v2/images/${ID}/tags/blue`, 'relay', '/v2/images/{image_id}/tags/{name}'],
  ['/v2/images/', 'relay', '/{name}'],
  ['/v2/schemas/image', 'relay', '/v2/schemas/image'],
  ['/v2/metadefs/namespaces/OS', 'relay', '/v2/metadefs/namespaces/{name}'],
  [`/v1/images/${ID}`, 'relay', '/{name}'],
  [`/v20/images/${ID}`, 'relay', '/{name}'],
  [`/v2/Images/${ID}/file`, 'relay', '/{name}'],
  [`/images/${ID}/file`, 'relay', '/{name}'],
])('GET %s is %s', (path, kind, template) => {
  expect(of('GET', path)).toMatchObject({ kind, template });
});

test('only GET is served from the cache; HEAD and OPTIONS are relayed and change nothing', () => {
  for (const path of [
    '/',
    '/versions',
    '/v2/images',
    `/v2/images/${ID}`,
    `/v2/images/${ID}/file`,
  ]) {
    expect(of('HEAD', path).kind).toBe('relay');
    expect(of('OPTIONS', path).kind).toBe('relay');
  }
});

test.each([
  ['PATCH', `/v2/images/${ID}`, [ID]],
  ['DELETE', `/v2/images/${ID.toUpperCase()}`, [ID]],
  ['PUT', `/v2/images/${ID}/file`, [ID]],
  ['POST', `/v2/images/${ID}/actions/deactivate`, [ID]],
  ['PUT', `/v2/images/${ID}/members/${OTHER}`, [ID, OTHER]],
  ['PUT', `/v2/cache/${ID}/`, [ID]],
  ['DELETE', `//v2//images/${ID}`, [ID]],
  ['DELETE', `/v2/x${ID}y`, [ID]],
  ['PURGE', `/v2/images/${ID}`, [ID]],
  ['get', `/v2/images/${ID}`, [ID]],
  ['POST', '/v2/images', []],
])('%s %s touches %j', (method, path, touches) => {
  expect(of(method, path)).toMatchObject({ kind: 'write', touches });
});

test('path words in any percent-encoding name the same image', () => {
  const table = {
    regions: [{ name: 'One', endpoints: ['http://glance'], hosts: [] }],
    defaultRegion: 'One',
    publicUrl: null,
  };
  const encoded = fc
    .tuple(fc.constantFrom('GET', 'PUT'), fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }))
    .map(([method, flags]) => ({
      method,
      target: Array.from(`/v2/images/${ID}/file`)
        .map((letter, at) =>
          flags[at] && letter !== '/' ? `%${letter.charCodeAt(0).toString(16)}` : letter,
        )
        .join(''),
    }));
  fc.assert(
    fc.property(encoded, ({ method, target }) => {
      const found = resolveTarget(table, { method, target, scheme: 'http', host: 'h' });
      expect(found.target).toBe(target);
      expect(found.route).toMatchObject(
        method === 'GET' ? { kind: 'image-data', imageId: ID } : { kind: 'write', touches: [ID] },
      );
    }),
  );
});

test('a template is one of a closed list: nobody can make up names for the metrics', () => {
  const words = [
    'v2',
    'images',
    'file',
    'members',
    'tags',
    'info',
    'stores',
    'detail',
    'cache',
    ID,
  ];
  const segment = fc.oneof(fc.constantFrom(...words, 'v2.999', 'constructor'), fc.string());
  const templates = new Set<string>();
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 20 }), (segments) => {
      templates.add(routeOf('GET', segments).template);
    }),
    { numRuns: 5_000 },
  );
  for (const template of templates) {
    expect(template).toMatch(/^(\/|(\/([a-z_]+|v2|\{name\}|\{image_id\})){1,6})$/);
    expect(template).not.toContain('constructor');
  }
  expect(templates.size).toBeLessThan(70);
});
