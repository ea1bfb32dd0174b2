import { expect, test } from 'vitest';
import type { HeaderList } from '../../src/core/headers.ts';
import { requestDirectives } from '../../src/core/request-directives.ts';

test.each<[string, HeaderList, { noCache: boolean; noStore: boolean }]>([
  ['nothing said', [], { noCache: false, noStore: false }],
  ['no-cache', [['Cache-Control', 'no-cache']], { noCache: true, noStore: false }],
  ['in any case', [['CACHE-control', 'No-Cache']], { noCache: true, noStore: false }],
  ['no-store', [['cache-control', 'max-age=5, no-store']], { noCache: false, noStore: true }],
  ['max-age=0', [['cache-control', ' max-age = 0 ']], { noCache: true, noStore: false }],
  ['max-age="0"', [['cache-control', 'max-age="0"']], { noCache: true, noStore: false }],
  ['max-age=10', [['cache-control', 'max-age=10']], { noCache: false, noStore: false }],
  ['max-age=01', [['cache-control', 'max-age=01']], { noCache: false, noStore: false }],
  [
    'a longer word',
    [['cache-control', 'no-cached, xno-store']],
    { noCache: false, noStore: false },
  ],
  ['Pragma alone', [['Pragma', 'no-cache']], { noCache: true, noStore: false }],
  [
    'Pragma beside Cache-Control',
    [
      ['Pragma', 'no-cache'],
      ['Cache-Control', 'max-age=60'],
    ],
    { noCache: false, noStore: false },
  ],
  [
    'two lines of Cache-Control',
    [
      ['Cache-Control', 'max-age=60'],
      ['Cache-Control', 'no-store'],
      ['cache-control', 'no-cache'],
    ],
    { noCache: true, noStore: true },
  ],
])('%s', (_, headers, expected) => {
  expect(requestDirectives(headers)).toEqual(expected);
});
