import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeEndpoint } from '../../src/core/endpoint.ts';

test.each([
  ['HTTP://Glance:80/image/', 'http://glance/image'],
  ['https://glance.example:443', 'https://glance.example'],
  ['http://127.0.0.1:9292/v2/', 'http://127.0.0.1:9292'],
  ['http://glance/image/v2.15', 'http://glance/image'],
  ['http://glance/Image//v2//', 'http://glance/Image'],
  ['http://[::1]:9292', 'http://[::1]:9292'],
  ['http://[2001:DB8:0:0::1]:80/v2', 'http://[2001:db8::1]'],
  ['http://0x7f.1:9292', 'http://127.0.0.1:9292'],
  ['http://glance/v21', 'http://glance/v21'],
])('%s has the normal form %s', (url, normal) => {
  expect(normalizeEndpoint(url)).toBe(normal);
});

test.each([
  'glance:9292',
  'ftp://glance',
  'http:glance',
  'http:///image',
  'http://user:pass@glance',
  'http://@glance',
  'http://glance?',
  'http://glance/#x',
  'http://glance\\image',
  'http://glance/a/../b',
  'http://glance/a/%2E./b',
  'http://gl%61nce',
  'http://glance:0',
  'http://glance:65536',
  'http://glance/v2/v2',
  ' http://glance',
  'http://gla\tnce',
  'http://glänce',
  '',
])('%j is no endpoint', (url) => {
  expect(normalizeEndpoint(url)).toBeNull();
});

const base = fc
  .tuple(
    fc.constantFrom('http', 'https', 'HTTP'),
    fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
    ),
    fc.option(fc.integer({ min: 1, max: 65535 })),
    fc.array(fc.constantFrom('image', 'Glance', 'v2', 'v2.1', 'v3', '', 'a%20b'), { maxLength: 4 }),
  )
  .map(
    ([scheme, host, port, path]) =>
      `${scheme}://${host}${port === null ? '' : `:${port}`}/${path.join('/')}`,
  );

test('a normal form is its own normal form and never ends in a slash or a version', () => {
  fc.assert(
    fc.property(fc.oneof(base, fc.webUrl(), fc.string()), (url) => {
      const normal = normalizeEndpoint(url);
      fc.pre(normal !== null);
      expect(normalizeEndpoint(normal)).toBe(normal);
      expect(normal).not.toMatch(/\/$|\/v2(\.\d+)?$/);
    }),
  );
});

test('the case of the host, a trailing slash and a version do not make another endpoint', () => {
  fc.assert(
    fc.property(base, (url) => {
      const normal = normalizeEndpoint(url);
      fc.pre(normal !== null);
      const { origin, pathname } = new URL(normal);
      const prefix = pathname.replace(/\/$/, '');
      const shouted = origin.toUpperCase() + prefix;
      expect(
        [`${normal}/`, `${normal}/v2`, `${normal}/v2/`, shouted].map(normalizeEndpoint),
      ).toEqual([normal, normal, normal, normal]);
    }),
  );
});

test('a path of nothing but slashes is read in linear time', () => {
  expect(normalizeEndpoint(`http://glance/${'/'.repeat(500_000)}x`)).toMatch(/\/x$/);
});
