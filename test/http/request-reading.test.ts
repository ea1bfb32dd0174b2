// What a connection's last request said is not worked out again, and is never taken for what this one says.
import fc from 'fast-check';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { RoutingTable } from '../../src/core/target.ts';
import type { HttpBindings } from '../../src/http/request-head.ts';
import {
  createReadRequest,
  type ReadRequest,
  type RequestReading,
} from '../../src/http/request-reading.ts';

const ID = '04d9a3b3-5289-45fe-9e35-501cb05237d0';
const TABLE: RoutingTable = {
  regions: [
    { name: 'RegionOne', endpoints: ['http://one.example'], hosts: [] },
    { name: 'RegionTwo', endpoints: ['http://two.example'], hosts: ['two.edge.example'] },
  ],
  defaultRegion: 'RegionOne',
  publicUrl: null,
};

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers: readonly (readonly [string, string])[];
}

const reader = (): ReadRequest => createReadRequest(TABLE, (identity) => `of ${identity}`);

/** What `read` makes of it on a connection. */
async function reading(read: ReadRequest, socket: object, asked: Asked): Promise<RequestReading> {
  const { method = 'GET', path = `/v2/images/${ID}`, headers } = asked;
  const seen: RequestReading[] = [];
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('*', (c) => {
    seen.push(read(c));
    return new Response(null);
  });
  const rawHeaders = headers.flat();
  const request = new Request(`http://edge.example${path}`, {
    method,
    headers: [...headers].map((pair) => [...pair]),
  });
  await app.fetch(request, { incoming: { url: path, rawHeaders, httpVersion: '1.1', socket } });
  const [only] = seen;
  if (only === undefined) throw new Error('nothing was read');
  return only;
}

const BASE = [
  ['Host', 'edge.example'],
  ['X-Auth-Token', 'a'],
] as const;
const ranged = (...ranges: string[]): Asked => ({
  path: `/v2/images/${ID}/file`,
  headers: [...BASE, ...ranges.map((range) => ['Range', range] as const)],
});

test('the same head on the same connection is read once', async () => {
  const read = reader();
  const socket = {};
  const first = await reading(read, socket, { headers: BASE });
  expect(await reading(read, socket, { headers: BASE })).toBe(first);
  expect(await reading(read, {}, { headers: BASE })).not.toBe(first);
});

test('of a head that differs in its range alone, the range is read', async () => {
  const read = reader();
  const socket = {};
  const first = await reading(read, socket, ranged('bytes=0-1'));
  const next = await reading(read, socket, ranged('bytes=2-3'));
  expect(next.caller).toBe(first.caller);
  expect(next.sendable).toContainEqual(['Range', 'bytes=2-3']);
  expect(next.sendable).not.toContainEqual(['Range', 'bytes=0-1']);
});

test('an endless head is not held on to', async () => {
  const read = reader();
  const socket = {};
  const headers = [...BASE, ['X-Long', 'x'.repeat(10_000)] as const];
  const first = await reading(read, socket, { headers });
  expect(await reading(read, socket, { headers })).not.toBe(first);
});

/** Heads that differ in one thing or another, some of them refused. */
const asked = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'DELETE'),
  path: fc.constantFrom(`/v2/images/${ID}`, `/v2/images/${ID}/file`, '/v2/images/none', '/'),
  headers: fc
    .tuple(
      fc.constantFrom('edge.example', 'two.edge.example'),
      fc.constantFrom('a', 'b'),
      fc.array(
        fc.tuple(
          fc.constantFrom('Range', 'range', 'Cache-Control', 'X-Service-Token', 'User-Agent'),
          fc.constantFrom('bytes=0-1', 'bytes=2-3', 'no-cache'),
        ),
        { maxLength: 3 },
      ),
    )
    .map(([host, token, more]) => [['Host', host], ['X-Auth-Token', token], ...more] as const),
});

test('whatever came before, a request is read as if it were the first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(asked, fc.nat({ max: 1 })), { maxLength: 12 }),
      async (requests) => {
        const read = reader();
        const sockets = [{}, {}];
        for (const [request, at] of requests) {
          const seen = await reading(read, sockets[at] ?? {}, request);
          expect(seen).toEqual(await reading(reader(), {}, request));
        }
      },
    ),
  );
});
