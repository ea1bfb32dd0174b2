// Redis URLs: which are understood, and that none of the others shows its password.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { parseRedisUrl } from '../../../src/adapters/redis/redis-url.ts';

const PLAIN = { tls: false, cluster: false, username: null, password: null, database: 0 };

test.each([
  ['redis://localhost', { nodes: [{ host: 'localhost', port: 6379 }] }],
  ['redis://[::1]:7000/3', { nodes: [{ host: '::1', port: 7000 }], database: 3 }],
  ['rediss://:p%40ss@r:1', { nodes: [{ host: 'r', port: 1 }], tls: true, password: 'p@ss' }],
  [
    'redis+cluster://me:secret@a:1,b:2,c',
    {
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
        { host: 'c', port: 6379 },
      ],
      cluster: true,
      username: 'me',
      password: 'secret',
    },
  ],
])('%s is understood', (url, expected) => {
  expect(parseRedisUrl(url)).toEqual({ ...PLAIN, ...expected });
});

test.each([
  'http://u:hunter2@host',
  'redis://u:hunter2@',
  'redis://u:hunter2@host:port',
  'redis://u:hunter2@host:99999',
  'redis://u:hunter2@host/db',
  'redis://u:hunter2@host/-1',
  'redis://u:hunter2@a:1,b:2',
  'redis+cluster://u:hunter2@a:1/1',
  'redis://u:hunter2%zz@host',
  'hunter2',
])('%s is refused without repeating it', (url) => {
  try {
    parseRedisUrl(url);
    expect.fail('it was accepted');
  } catch (thrown) {
    expect(inspect(thrown).split('\n')[0]).not.toContain('hunter2');
    expect(inspect(thrown)).toContain('Redis URL');
  }
});
