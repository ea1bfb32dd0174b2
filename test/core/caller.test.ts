import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callerOf } from '../../src/core/caller.ts';
import type { HeaderList } from '../../src/core/headers.ts';

/** As injective as a real keyed digest, and readable. */
const keyed = (text: string): string => text;
const digest = (headers: HeaderList): string => callerOf(headers, keyed).digest;

test('other tokens are another caller, in whatever header they came', () => {
  const name = fc.constantFrom(
    'X-Auth-Token',
    'X-Service-Token',
    'X-Storage-Token',
    'Authorization',
  );
  const tokens = fc.uniqueArray(fc.tuple(name, fc.constantFrom('a', 'b', '', 'a,b', 'a","b')), {
    selector: ([header]) => header,
  });
  const sorted = (headers: HeaderList): string =>
    headers
      .map((header) => JSON.stringify(header))
      .sort((one, other) => (one < other ? -1 : 1))
      .join();
  fc.assert(
    fc.property(tokens, tokens, (one, other) => {
      expect(digest(one) === digest(other)).toBe(sorted(one) === sorted(other));
    }),
    { numRuns: 500 },
  );
});

test('a token said twice is not a token said once, nor the two joined', () => {
  const digests = [
    [['X-Auth-Token', 'a']],
    [
      ['X-Auth-Token', 'a'],
      ['X-Auth-Token', 'b'],
    ],
    [
      ['X-Auth-Token', 'b'],
      ['X-Auth-Token', 'a'],
    ],
    [['X-Auth-Token', 'ab']],
    [['X-Auth-Token', 'a,b']],
  ] as const;
  expect(new Set(digests.map(digest)).size).toBe(digests.length);
});

test('case of the names and everything that is no credential make no other caller', () => {
  const plain = digest([['X-Auth-Token', 'a']]);
  expect(digest([['x-auth-TOKEN', 'a']])).toBe(plain);
  expect(
    digest([
      ['Accept', '*/*'],
      ['X-Auth-Token', 'a'],
      ['Range', 'bytes=0-'],
      ['X-Openstack-Request-Id', 'req-1'],
    ]),
  ).toBe(plain);
});

test('what the gateway asks in their name carries tokens and request id, as sent, and nothing else', () => {
  const { credentials } = callerOf(
    [
      ['Range', 'bytes=0-'],
      ['X-AUTH-Token', 'a'],
      ['X-Openstack-Request-Id', 'req-1'],
      ['If-None-Match', 'x'],
      ['x-service-token', 's'],
    ],
    keyed,
  );
  expect(credentials).toEqual([
    ['X-AUTH-Token', 'a'],
    ['X-Openstack-Request-Id', 'req-1'],
    ['x-service-token', 's'],
  ]);
});
