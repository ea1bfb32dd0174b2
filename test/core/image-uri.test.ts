import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeEndpoint } from '../../src/core/endpoint.ts';
import { parseImageUri } from '../../src/core/image-uri.ts';

const ID = '0d0a0b0c-0000-4000-8000-00000000000a';

test('a URI put together from an endpoint and an id is taken apart into both', () => {
  const endpoint = fc.tuple(
    fc.constantFrom('http', 'https', 'HTTP'),
    fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
    ),
    fc.option(fc.integer({ min: 1, max: 65535 })),
    fc.constantFrom('', '/image', '/a/Images', '/v3', '/images', '/%7Ex'),
  );
  const version = fc.constantFrom('/v2', '/v2.0', '/v2.16', '');
  const end = fc.constantFrom('', '/', '/file', '/file/');
  fc.assert(
    fc.property(endpoint, version, fc.uuid(), end, ([scheme, host, port, prefix], v2, id, rest) => {
      const base = `${scheme}://${host}${port === null ? '' : `:${port}`}${prefix}`;
      expect(parseImageUri(`${base}${v2}/images/${id}${rest}`)).toEqual({
        base: normalizeEndpoint(base),
        imageId: id,
        data: rest.startsWith('/file'),
      });
    }),
  );
});

test.each([
  '',
  ID,
  `/v2/images/${ID}`,
  `ftp://h/v2/images/${ID}`,
  `http:///v2/images/${ID}`,
  `http://h/v2/images/${ID}/file/x`,
  `http://h/v2/images/${ID}//`,
  `http://h/v2/images//${ID}`,
  `http://h/v2/image/${ID}`,
  `http://h/v2/images/${ID}x`,
  `http://u@h/v2/images/${ID}`,
  `http://h?/v2/images/${ID}`,
])('%j is no image URI', (text) => {
  expect(parseImageUri(text)).toBeNull();
});

test('a text made to look like one over and over is read in linear time', () => {
  expect(parseImageUri(`http://h${'/images/v2'.repeat(20_000)}`)).toBeNull();
});
