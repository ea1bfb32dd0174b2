import { expect, test } from 'vitest';
import { publicLink, publicVersions } from '../../src/core/public-links.ts';

const BASE = 'https://edge.example/regions/Two';

test.each([
  ['http://glance:9292/v2/images/1', `${BASE}/v2/images/1`],
  ['http://glance/image/v2/images/1/file?a=b#c', `${BASE}/v2/images/1/file?a=b#c`],
  ['HTTPS://glance/a/b/v2/', `${BASE}/v2/`],
  ['http://glance/v2', `${BASE}/v2`],
  ['http://glance/v2.15/schemas', `${BASE}/v2.15/schemas`],
  ['http://glance/v2proxy/v2/images', `${BASE}/v2/images`],
  ['http://[::1]:9292/v1/', `${BASE}/v1/`],
  ['/v2/images/1', '/v2/images/1'],
  ['http://elsewhere/v3/x', 'http://elsewhere/v3/x'],
  ['http://elsewhere/', 'http://elsewhere/'],
  ['http://elsewhere/?next=/v2/x', 'http://elsewhere/?next=/v2/x'],
  ['http://v2/images', 'http://v2/images'],
  ['swift+https://glance/v2/x', 'swift+https://glance/v2/x'],
  ['', ''],
])('%s becomes %s', (link, expected) => {
  expect(publicLink(link, BASE)).toBe(expected);
});

/** In the spacing of Python's json.dumps. */
const versions = (first: string, second: string): string =>
  `{"versions": [{"id": "v2.9", "status": "CURRENT", "links": [{"rel": "self", "href": ${first}}]}, ` +
  `{"id": "v2.0",  "note": "href: http://glance/v2/", "links": [{"href" : ${second}, "rel": "self"}]}]}\n`;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the version document changes in its links only', () => {
  const document = versions('"http://glance:9292/v2/"', '"http://glance/image/v2/"');
  const led = versions(`"${BASE}/v2/"`, `"${BASE}/v2/"`);
  expect(publicVersions(encode(document), BASE)).toEqual(encode(led));
});

test('links that lead elsewhere, and what stands escaped in them, stay to the letter', () => {
  const document = versions('"http://else/\\u00e9\\"\\/"', '"http://h\\u00e9/v2/\\u00e9"');
  const led = versions('"http://else/\\u00e9\\"\\/"', `"${BASE}/v2/\\u00e9"`);
  expect(publicVersions(encode(document), BASE)).toEqual(encode(led));
});

test('a Host that is no host can not break out of the link', () => {
  const led = publicVersions(encode(versions('"http://g/v2/"', '"http://g/v2/"')), 'http://a"b\\');
  const { versions: all } = JSON.parse(new TextDecoder().decode(led ?? new Uint8Array()));
  expect(all[0].links[0].href).toBe('http://a"b\\/v2/');
});

test.each(['', 'null', '{}', '{"images": []}', '[{"versions": []}]', '<html>'])(
  '%j is no version document',
  (text) => {
    expect(publicVersions(encode(text), BASE)).toBeNull();
  },
);
