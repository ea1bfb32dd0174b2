// Log lines: one JSON object each, one line a call, and nothing in them that looks like a secret.
import { expect, test } from 'vitest';
import { createCallLog } from '../../src/adapters/call-log.ts';
import { createPinoLog, type PinoLogSettings } from '../../src/adapters/pino-log.ts';
import type { Log } from '../../src/ports/log.ts';
import { callSummary } from '../support/call-summary.ts';

const FERNET = `gAAAAABl${'Zx9_-'.repeat(30)}==`;
const JWT = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl`;

type Line = Record<string, unknown>;

function open(level: PinoLogSettings['level'] = 'info'): { log: Log; lines: () => Line[] } {
  const written: string[] = [];
  const log = createPinoLog({ level, destination: { write: (line) => void written.push(line) } });
  return { log, lines: () => written.map((line): Line => JSON.parse(line)) };
}

test('a line is a JSON object with its time, level, message and fields', () => {
  const { log, lines } = open();
  log.warn({ tier: 'redis' }, 'A tier failed.');
  expect(lines()).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'glance-edge',
      tier: 'redis',
      msg: 'A tier failed.',
    },
  ]);
});

test('lines below the level are not written', () => {
  const { log, lines } = open('error');
  log.info({}, 'a');
  log.warn({}, 'b');
  log.error({}, 'c');
  expect(lines().map(({ msg }) => msg)).toEqual(['c']);
});

test('a call is one line under its trace id', () => {
  const { log, lines } = open();
  createCallLog(log).ended(callSummary({ bytesSent: 7, ttfbMs: 0.5 }));
  expect(lines()).toMatchObject([
    {
      level: 'info',
      msg: 'GET /v2/images/{image_id}/file 200',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      region: 'RegionOne',
      cache_status: 'glance-edge; hit; detail=memory',
      bytes_sent: 7,
      ttfb_ms: 0.5,
      ended: 'complete',
      failure: null,
    },
  ]);
});

test.each([
  ['client-gone', 'info'],
  ['unknown-region', 'info'],
  ['draining', 'warn'],
  ['origin-unreachable', 'warn'],
  ['internal', 'error'],
] as const)('a call that failed as %s is a line of level %s', (failure, level) => {
  const { log, lines } = open();
  createCallLog(log).ended(callSummary({ failure }));
  expect(lines()).toMatchObject([{ level, failure }]);
});

test.each([
  { headers: { 'X-Auth-Token': FERNET, Authorization: `Basic dXNlcjpwYXNz` } },
  { headers: [['x-auth-token', FERNET]] },
  { headers: [['X-Auth-Token', 'opaque-Zx9_-']] },
  { note: `asked with ${FERNET} twice` },
  { note: `Authorization: Bearer ${JWT}` },
  { url: `swift+https://user:${JWT}@store.example/container` },
  { query: `?token=${JWT}&x=1` },
  { err: new Error(`bad token ${FERNET}`, { cause: new Error(JWT) }) },
  { deep: { er: { and: { deeper: { still: { on: { and: FERNET } } } } } } },
  { password: [FERNET], secret_key: { inner: JWT } },
])('a secret does not get through: %o', (fields) => {
  const { log, lines } = open();
  log.error(fields, `The message: ${FERNET}`);
  const [line] = lines();
  const text = JSON.stringify(line);
  expect(text).not.toMatch(/Zx9_-/);
  expect(text).not.toMatch(/dXNlcjpwYXNz|c2lnbmF0dXJl|eyJ/);
  expect(text).toContain('[redacted]');
});

test('what is no secret stays readable', () => {
  const { log, lines } = open();
  const fields = {
    authorization_ttl: 0,
    tokens: 3,
    image: '11111111-2222-4333-8444-555555555555',
    hash: 'ab'.repeat(64),
    url: 'http://origin.example:9292/v2/images?limit=5',
    none: null,
    big: 10n,
  };
  log.info(fields, 'All is well.');
  expect(lines()).toMatchObject([{ ...fields, big: '10' }]);
});

test('an error is spelled out with its code and cause', () => {
  const { log, lines } = open();
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  log.error({ err: new TypeError('no origin', { cause }) }, 'm');
  expect(lines()).toMatchObject([
    {
      err: {
        type: 'TypeError',
        message: 'no origin',
        stack: expect.stringContaining('pino-log.test'),
        cause: { message: 'refused', code: 'ECONNREFUSED' },
      },
    },
  ]);
});

test('what is endless or enormous makes a line of bounded length', () => {
  const { log, lines } = open();
  const ring = { text: 'x'.repeat(100_000), self: [] as unknown[] };
  for (let n = 0; n < 500; n += 1) ring.self.push(ring);
  log.info({ bytes: new Uint8Array(5_000_000), wide: Array(10_000).fill(1), ring }, 'm');
  const [line] = lines();
  expect(JSON.stringify(line).length).toBeLessThan(200_000);
  expect(line).toMatchObject({ bytes: '[5000000 bytes]' });
});

test('a field that cannot be read costs its line, not its call', () => {
  const { log, lines } = open();
  const hostile = Object.defineProperty({}, 'boom', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect(() => log.info({ hostile }, 'm')).not.toThrow();
  log.info({}, 'after');
  expect(lines().map(({ msg }) => msg)).toContain('after');
});
