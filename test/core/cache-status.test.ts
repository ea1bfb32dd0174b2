import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CacheStatus,
  cacheStatusWord,
  formatCacheStatus,
} from '../../src/core/cache-status.ts';

test.each<[CacheStatus, string]>([
  [{ kind: 'hit', detail: 'memory' }, 'glance-edge; hit; detail=memory'],
  [{ kind: 'hit', detail: 'disk', ttl: -3 }, 'glance-edge; hit; ttl=-3; detail=disk'],
  [{ kind: 'hit', detail: 'disk', ttl: -0.5 }, 'glance-edge; hit; ttl=0; detail=disk'],
  [{ kind: 'fwd', reason: 'method' }, 'glance-edge; fwd=method'],
  [{ kind: 'fwd', reason: 'uri-miss', stored: true }, 'glance-edge; fwd=uri-miss; stored'],
  [
    { kind: 'fwd', reason: 'uri-miss', stored: false, collapsed: true },
    'glance-edge; fwd=uri-miss; collapsed',
  ],
  [
    { kind: 'fwd', reason: 'bypass', forwardStatus: 500, detail: 'undecided' },
    'glance-edge; fwd=bypass; fwd-status=500; detail=undecided',
  ],
])('%j is written %s', (status, text) => {
  expect(formatCacheStatus(status)).toBe(text);
});

/** RFC 8941: a token, then parameters; those that RFC 9211 §2 knows, each with its kind of value. */
const MEMBER =
  /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*((; hit|; stored|; collapsed)|; (fwd|detail)=[A-Za-z*][\w!#$%&'*+.^`|~:/-]*|; (ttl|fwd-status)=-?\d{1,15})*$/;

test('every status is a list member of RFC 9211, with each parameter at most once', () => {
  const detail = fc.constantFrom('memory', 'disk', 'redis', 'no-hash', 'bad-range', 'fills-full');
  const hit = fc.record(
    {
      kind: fc.constant('hit' as const),
      detail,
      ttl: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    },
    { requiredKeys: ['kind', 'detail'] },
  );
  const forward = fc.record(
    {
      kind: fc.constant('fwd' as const),
      reason: fc.constantFrom(
        ...(['bypass', 'method', 'uri-miss', 'request', 'stale', 'partial'] as const),
      ),
      forwardStatus: fc.integer({ min: 100, max: 599 }),
      stored: fc.boolean(),
      collapsed: fc.boolean(),
      detail,
    },
    { requiredKeys: ['kind', 'reason'] },
  );
  fc.assert(
    fc.property(fc.oneof(hit, forward), (status) => {
      const text = formatCacheStatus(status);
      expect(text).toMatch(MEMBER);
      const names = text.split('; ').map((parameter) => parameter.split('=')[0]);
      expect(new Set(names).size).toBe(names.length);
      expect(names.includes('hit')).toBe(cacheStatusWord(status) === 'hit');
      expect(names.includes('fwd')).toBe(cacheStatusWord(status) !== 'hit');
    }),
  );
});
