import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  forwardableAnswerHeaders,
  forwardableRequestHeaders,
  type HeaderList,
  headerValue,
  withoutHeaders,
} from '../../src/core/headers.ts';

const passes = (name: string, value = 'x') =>
  forwardableRequestHeaders([[name, value]]).length === 1;

describe('to the origin goes no', () => {
  test.each(
    wordsOf(`X-Identity-Status X-User-Id X-User-Name X-User-Domain-Id X-User X-Roles
      X-Role X-Project-Id X-Project-Name X-Project-Domain-Name X-Tenant-Id
      X-Tenant X-Tenant-Name X-Domain-Id X-Is-Admin-Project X-Service-Catalog
      X-Service-Roles X-Service-Identity-Status X-Service-User-Id X-Auth-Whatever
      OpenStack-System-Scope`),
  )('identity header %s, in whatever spelling', (name) => {
    const spellings = [name, name.toLowerCase(), name.toUpperCase(), name.replaceAll('-', '_')];
    const mixed = name.replace('-', '_');
    for (const spelling of [...spellings, mixed]) expect(passes(spelling)).toBe(false);
  });

  test.each(
    wordsOf(`Connection Keep-Alive Proxy-Connection TE Trailer Transfer-Encoding
      Upgrade Proxy-Authorization Host Expect Accept-Encoding traceparent`),
  )('header of this hop: %s', (name) => {
    expect([passes(name), passes(name.toUpperCase())]).toEqual([false, false]);
  });

  test('token under another spelling than the one that callers are told apart by', () => {
    expect(passes('X_Auth_Token')).toBe(false);
    expect(passes('X-Auth_Token')).toBe(false);
  });

  test('request id that is longer than Glance can take', () => {
    expect(passes('X-Openstack-Request-Id', 'x'.repeat(64))).toBe(true);
    expect(passes('x-openstack-request-id', 'x'.repeat(65))).toBe(false);
  });
});

test.each(
  wordsOf(`X-Auth-Token x-service-token Range Content-Type Accept X-Image-Meta-Store
      x-openstack-image-store-ids X-Userland X-Rolesque User-Agent X-Forwarded-For`),
)('%s goes to the origin', (name) => {
  expect(passes(name)).toBe(true);
});

test('what Connection names stays on this hop, except what a client must not strip away', () => {
  const headers: HeaderList = [
    ['Connection', 'close, X-Mine'],
    ['CONNECTION', 'x-auth-token,  x-yours ,Range'],
    ['X-Mine', '1'],
    ['x-yours', '2'],
    ['X-Auth-Token', 't'],
    ['Range', 'bytes=0-1'],
    ['X-Other', '3'],
  ];
  const rest = [
    ['X-Auth-Token', 't'],
    ['Range', 'bytes=0-1'],
    ['X-Other', '3'],
  ];
  expect(forwardableRequestHeaders(headers)).toEqual(rest);
  expect(forwardableAnswerHeaders(headers)).toEqual(rest);
});

test('an answer keeps everything that is not of its hop, repeats and order too', () => {
  const kept: HeaderList = [
    ['Content-Md5', 'a'],
    ['Set-Cookie', '1'],
    ['X-Openstack-Request-Id', 'x'.repeat(100)],
    ['Set-Cookie', '2'],
    ['WWW-Authenticate', 'Keystone uri="http://k"'],
  ];
  expect(forwardableAnswerHeaders([...kept, ['Transfer-Encoding', 'chunked']])).toEqual(kept);
});

test('names are compared without case and kept as they came', () => {
  const headers: HeaderList = [
    ['X-A', '1'],
    ['x-a', '2'],
    ['X-B', ''],
  ];
  expect(headerValue(headers, 'x-a')).toBe('1');
  expect(headerValue(headers, 'x-b')).toBe('');
  expect(headerValue(headers, 'x-c')).toBeNull();
  expect(withoutHeaders(headers, new Set(['x-a']))).toEqual([['X-B', '']]);
});

test('what goes on is some of what came, in order, and going on again changes nothing', () => {
  const name = fc.oneof(
    fc.constantFrom('Connection', 'X-User-Id', 'X-Auth-Token', 'Accept', 'X_Y', 'Host'),
    fc.stringMatching(/^[A-Za-z_-]{1,12}$/),
  );
  const header = fc.tuple(name, fc.oneof(fc.constantFrom('close', 'Accept'), fc.string()));
  fc.assert(
    fc.property(fc.array(header), (headers) => {
      const once = forwardableRequestHeaders(headers);
      expect(once).toEqual(headers.filter((one) => once.includes(one)));
      expect(forwardableRequestHeaders(once)).toEqual(once);
    }),
  );
});

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/);
}
