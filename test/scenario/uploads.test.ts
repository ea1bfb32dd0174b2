// Uploads pass through as they come: every byte or none, whatever the framing, the pace, and whoever
// breaks off.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isRecord } from '../support/ledger.ts';
import type { TroubleOrigin } from '../support/trouble-origin.ts';
import { ask, startAsking } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { chunk, openRawClient, uploadHead } from './stage/raw-client.ts';
import { eventually, KIB, MIB, openScene, verdict } from './stage/scene.ts';

const DATA = Buffer.from(Uint8Array.from({ length: 3 * MIB + 11 }, (_, at) => (at * 31) >> 3));
const PIECE = 100 * KIB;

test('an upload with a length arrives intact and can be downloaded', async () => {
  const { origin, edge } = await openScene();
  const image = await queued(origin);
  const reply = await ask(edge.url + filePath(image), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: DATA,
  });
  expect(reply.status).toBe(204);
  expect(await stateOf(origin, image)).toEqual({ status: 'active', hash: hashOf(DATA) });
  expect(verdict(await ask(edge.url + filePath(image)), DATA)).toBe('right');
});

test('a chunked upload arrives intact', async () => {
  const { origin, edge } = await openScene();
  const image = await queued(origin);
  const client = openRawClient(edge.url);
  await client.say(uploadHead(filePath(image), ['Transfer-Encoding: chunked']));
  for (const piece of pieces()) await client.say(chunk(piece));
  await client.say('0\r\n\r\n');
  expect(await client.hears(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 204 /);
  client.leave();
  expect(await stateOf(origin, image)).toEqual({ status: 'active', hash: hashOf(DATA) });
});

test.each([
  ['with a length of none', ['Content-Length: 0'], ''],
  ['chunked', ['Transfer-Encoding: chunked'], '0\r\n\r\n'],
] as const)('an empty upload, %s, is one all the same', async (_, headers, body) => {
  const { origin, edge } = await openScene();
  const image = await queued(origin);
  const client = openRawClient(edge.url);
  await client.say(uploadHead(filePath(image), headers) + body);
  expect(await client.hears(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 204 /);
  client.leave();
  expect(await stateOf(origin, image)).toMatchObject({ status: 'active' });
});

test.each([
  ['with a length', [`Content-Length: ${DATA.length}`], (piece: Uint8Array) => piece],
  ['chunked', ['Transfer-Encoding: chunked'], chunk],
] as const)(
  'a client that breaks off in the middle of an upload, %s, makes no image',
  async (_, headers, framed) => {
    const { origin, edge } = await openScene();
    const image = await queued(origin);
    const client = openRawClient(edge.url);
    await client.say(uploadHead(filePath(image), headers));
    for (const piece of pieces().slice(0, 10)) await client.say(framed(piece));
    await origin.ledger.until(({ calls }) => calls.length > 0);
    client.leave();
    await origin.ledger.idle();
    await eventually(async () => (await stateOf(origin, image)).status !== 'saving');
    expect(await stateOf(origin, image)).toEqual({ status: 'queued', hash: null });
  },
);

test.each([
  ['with a length', [`Content-Length: ${DATA.length}`], (piece: Uint8Array) => piece],
  ['chunked', ['Transfer-Encoding: chunked'], chunk],
] as const)(
  'a refusal that comes while the client still sends is seen by it, %s',
  async (_, headers, framed) => {
    const { origin, edge } = await openScene();
    const image = await queued(origin);
    for (const status of [401, 403, 409, 413]) {
      const trouble = { kind: 'answer', status, body: `refused ${status}` } as const;
      const rule = origin.trouble({ on: ({ method }) => method === 'PUT', trouble });
      const client = openRawClient(edge.url);
      await client.say(uploadHead(filePath(image), headers));
      await client.say(framed(DATA.subarray(0, PIECE)));
      expect(await client.hears(/refused/)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      client.leave();
      rule.end();
    }
    expect(await stateOf(origin, image)).toEqual({ status: 'queued', hash: null });
  },
);

test.each([
  ['409', 'another upload', 200],
  ['401', 'without a token', 100],
])(
  'the refusal of Glance itself (%s) is seen by a client that sends it all',
  async (status, why) => {
    const { origin, edge } = await openScene();
    const image = status === '409' ? await origin.seed({ size: 10 }) : await queued(origin);
    const client = openRawClient(edge.url);
    const token = status === '401' ? 'unknown' : undefined;
    void client.say(uploadHead(filePath(image), [`Content-Length: ${DATA.length}`], token));
    void client.say(DATA);
    expect(await client.hears(/\r\n\r\n/), why).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    client.leave();
  },
);

test('Expect: 100-continue is answered when the origin takes the body', async () => {
  const { origin, edge } = await openScene();
  const image = await queued(origin);
  const client = openRawClient(edge.url);
  const headers = [`Content-Length: ${DATA.length}`, 'Expect: 100-continue'];
  await client.say(uploadHead(filePath(image), headers));
  expect(await client.hears(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  await client.say(DATA);
  expect(await client.hears(/204/)).toMatch(/HTTP\/1.1 204 /);
  client.leave();
  expect(await stateOf(origin, image)).toEqual({ status: 'active', hash: hashOf(DATA) });
});

test('an upload that the gateway itself refuses is not asked for with 100 Continue', async () => {
  const { origin, edge } = await openScene();
  const { id } = await queued(origin);
  const headers = [`Content-Length: ${DATA.length}`, 'Expect: 100-continue'];
  for (const path of ['/v2/images/not-a-uuid/file', `/regions/Nowhere/v2/images/${id}/file`]) {
    const client = openRawClient(edge.url);
    await client.say(uploadHead(path, headers));
    expect(await client.hears(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 404 /);
    client.leave();
  }
  expect(origin.ledger.calls).toEqual([]);
});

test('an upload that was waited for with 100 Continue is refused where it begins', async () => {
  const { origin, edge } = await openScene();
  const headers = [`Content-Length: ${DATA.length}`, 'Expect: 100-continue'];
  const refused = [
    [await queued(origin), 'unknown', 401],
    [await origin.seed({ size: 10 }), undefined, 409],
  ] as const;
  for (const [image, token, status] of refused) {
    const client = openRawClient(edge.url);
    await client.say(uploadHead(filePath(image), headers, token));
    // The question goes to the origin together with the first bytes.
    expect(await client.hears(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await client.say(DATA.subarray(0, PIECE));
    expect(await client.hears(/HTTP\/1.1 4/)).toContain(`HTTP/1.1 ${status} `);
    client.leave();
  }
});

test('slow uploads outlast every wait for a head', async () => {
  const waits = { answer: '200ms', upload: '200ms', stall: '200ms' };
  const { origin, edge } = await openScene({ timeouts: waits });
  const image = await queued(origin);
  const client = openRawClient(edge.url);
  await client.say(uploadHead(filePath(image), [`Content-Length: ${DATA.length}`]));
  await client.say(DATA.subarray(0, PIECE));
  await origin.ledger.until(({ calls }) => calls.length > 0);
  // A question that is not answered ends after the same wait: when it has ended, it has passed.
  const hold = { kind: 'hold', what: 'request', until: createGate().opened } as const;
  origin.trouble({ on: isRecord, trouble: hold });
  for (let wait = 0; wait < 2; wait += 1) {
    expect((await ask(edge.url + recordPath(image))).status).toBe(503);
  }
  await client.say(DATA.subarray(PIECE));
  expect(await client.hears(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 204 /);
  client.leave();
});

test('an origin that stops taking an upload is given up', async () => {
  const { origin, edge } = await openScene({ timeouts: { stall: '200ms', upload: '200ms' } });
  const image = await queued(origin);
  const hold = { kind: 'hold', what: 'request', until: createGate().opened } as const;
  origin.trouble({ on: ({ method }) => method === 'PUT', trouble: hold });
  const transfer = startAsking(edge.url + filePath(image), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: Buffer.alloc(24 * MIB),
  });
  expect((await transfer.reply).status).toBe(503);
});

interface Queued {
  readonly id: string;
}

/** An image without data, made behind the gateway. */
async function queued(origin: TroubleOrigin): Promise<Queued> {
  const reply = await ask(`${origin.url}/v2/images`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"disk_format":"raw","container_format":"bare"}',
  });
  origin.ledger.clear();
  return JSON.parse(reply.body.toString()) as Queued;
}

/** As Glance itself says, past the ledger and its troubles. */
async function stateOf(origin: TroubleOrigin, image: Queued) {
  const headers = { 'X-Auth-Token': 'token-of-owner' };
  const url = `${origin.url}${recordPath(image)}`;
  const record = await (await origin.glance.fetch(new Request(url, { headers }))).json();
  const { status, os_hash_value: hash } = record as { status: string; os_hash_value: unknown };
  return { status, hash };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha512').update(bytes).digest('hex');

const pieces = (): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(DATA.length / PIECE) }, (_, at) =>
    DATA.subarray(at * PIECE, (at + 1) * PIECE),
  );
