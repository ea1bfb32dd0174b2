// How an answer ends that can't be made whole: the connection breaks, and not one byte comes after
// the last right one. No client may take it for complete, however few bytes are missing.
import { expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isDownload, isRecord } from '../support/ledger.ts';
import { ask } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import { KIB, openScene } from './stage/scene.ts';

const CHUNK = 64 * KIB;

test.each([1, 20, 60, 100, 1000])(
  'a download of wrong bytes breaks off, when only %i bytes are missing',
  async (missing) => {
    const { origin, edge } = await openScene();
    const image = await origin.seed({ size: 3 * CHUNK + missing });
    origin.trouble({ on: isDownload, trouble: { kind: 'flip', at: 5 } });
    const reply = await ask(edge.url + filePath(image));
    expect(reply.status).toBe(200);
    expect(reply.complete).toBe(false);
    expect(reply.body.length).toBeLessThanOrEqual(3 * CHUNK);
  },
);

test.each(['chunked', 'close'] as const)(
  'a relayed answer without a length (%s) that the origin breaks off is broken off too',
  async (framing) => {
    const { origin, edge } = await openScene();
    const image = await origin.seed({ size: CHUNK });
    origin.trouble({ on: isDownload, trouble: { kind: 'unframed', framing } });
    origin.trouble({ on: isDownload, trouble: { kind: 'cut', at: 1000, how: 'reset' } });
    // Told not to store it, the gateway passes the data on as it comes.
    const headers = { 'Cache-Control': 'no-store' };
    const reply = await ask(edge.url + filePath(image), { headers });
    expect(reply.complete).toBe(false);
    expect(reply.body.length).toBeLessThanOrEqual(1000);
  },
);

test.each([1, 30, 1000])(
  'a relayed answer that lacks %i bytes of its length is broken off',
  async (missing) => {
    const { origin, edge } = await openScene();
    const image = await origin.seed({ size: CHUNK });
    origin.trouble({ on: isDownload, trouble: { kind: 'cut', at: CHUNK - missing } });
    const headers = { 'Cache-Control': 'no-store' };
    const reply = await ask(edge.url + filePath(image), { headers });
    expect(reply.complete).toBe(false);
    expect(reply.body.length).toBeLessThanOrEqual(CHUNK - missing);
  },
);

test('a relayed answer that stalls is broken off', async () => {
  const { origin, edge } = await openScene({ timeouts: { stall: '150ms' } });
  const image = await origin.seed({ size: CHUNK });
  const trouble = { kind: 'stall', at: CHUNK - 10, until: createGate().opened } as const;
  origin.trouble({ on: isDownload, trouble });
  const headers = { 'Cache-Control': 'no-store' };
  const reply = await ask(edge.url + filePath(image), { headers });
  expect(reply.complete).toBe(false);
  expect(reply.body.length).toBeLessThanOrEqual(CHUNK - 10);
});

test('a record that the origin breaks off is an error, not half a record', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 1 });
  origin.trouble({ on: isRecord, trouble: { kind: 'cut', at: 100 } });
  const reply = await ask(`${edge.url}/v2/images/${image.id}`);
  expect(reply).toMatchObject({ status: 503, complete: true });
  expect(reply.headers['retry-after']).toBeDefined();
});
