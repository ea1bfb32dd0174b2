// The trouble origin makes the trouble it is told to, at the byte it is told to, and counts right.
import { createHash } from 'node:crypto';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGate } from './gate.ts';
import { isAnyCall, isDownload, isProbe, isRecord } from './ledger.ts';
import { createTroubleOrigin, OTHER, OWNER, type TroubleOrigin } from './trouble-origin.ts';

const SIZE = 300_000;

let origin: TroubleOrigin;
let path: string;
let data: Uint8Array;
let id: string;

beforeEach(async () => {
  origin = await createTroubleOrigin();
  const image = await origin.seed({ size: SIZE });
  id = image.id;
  data = image.data;
  path = `/v2/images/${id}/file`;
});

afterEach(() => origin.close());

describe('without trouble', () => {
  test('image data arrives whole, and the ledger counts its bytes', async () => {
    const got = await download();
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.body.equals(data)).toBe(true);
    await origin.ledger.idle();
    expect(origin.ledger.imageBytes()).toBe(SIZE);
    expect(origin.ledger.calls).toMatchObject([
      { method: 'GET', target: path, range: null, status: 200, bodyBytes: SIZE, end: 'whole' },
    ]);
  });

  test('a range is written down, and only its bytes count', async () => {
    await download({ Range: 'bytes=5-9' });
    await origin.ledger.idle();
    expect(origin.ledger.calls).toMatchObject([{ range: 'bytes=5-9', status: 206, bodyBytes: 5 }]);
    expect(origin.ledger.imageBytes()).toBe(5);
  });

  test('the question whether one may download is told from a download', async () => {
    await download({ Range: 'bytes=9007199254740991-' });
    await origin.ledger.idle();
    expect(origin.ledger.count(isProbe)).toBe(1);
    expect(origin.ledger.count(isDownload)).toBe(0);
    expect(origin.ledger.imageBytes()).toBe(0);
  });

  test('tokens can be taken away while it runs', async () => {
    delete origin.tokens[OWNER];
    expect(await download()).toMatchObject({ status: 401 });
    expect(await download({}, OTHER)).toMatchObject({ status: 404 });
  });

  test('an image can be given an id, and a seed is the same in every run', async () => {
    const wanted = '11111111-2222-4333-8444-555555555555';
    const again = await origin.seed({ size: SIZE, attributes: { id: wanted } });
    expect(again.id).toBe(wanted);
    expect(again.sha512).toBe(createHash('sha512').update(data).digest('hex'));
  });
});

describe('trouble with the body', () => {
  test.each(['fin', 'reset'] as const)('a cut by %s ends an answer before its end', async (how) => {
    origin.trouble({ on: isDownload, trouble: { kind: 'cut', at: 100_000, how } });
    // A reset may overtake the bytes before it, the head included.
    const complete = await download().then(
      (got) => got.complete,
      () => false,
    );
    expect(complete).toBe(false);
    await origin.ledger.idle();
    expect(origin.ledger.calls).toMatchObject([{ status: 200, bodyBytes: 100_000, end: 'cut' }]);
  });

  test('a cut by fin leaves exactly the bytes before it', async () => {
    origin.trouble({ on: isDownload, trouble: { kind: 'cut', at: 70_001 } });
    const got = await download();
    expect(got.body.equals(data.subarray(0, 70_001))).toBe(true);
  });

  test.each(['length', 'chunked'] as const)(
    'a body that is short by %s looks complete',
    async (framing) => {
      origin.trouble({ on: isDownload, trouble: { kind: 'short', at: 1234, framing } });
      const got = await download();
      expect(got).toMatchObject({ status: 200, complete: true });
      expect(got.body.equals(data.subarray(0, 1234))).toBe(true);
      expect(got.headers['content-length']).toBe(framing === 'length' ? '1234' : undefined);
    },
  );

  test.each(['chunked', 'close'] as const)(
    'a whole body may come without a length, framed by %s',
    async (framing) => {
      origin.trouble({ on: isDownload, trouble: { kind: 'unframed', framing } });
      const got = await download();
      expect(got.headers['content-length']).toBeUndefined();
      expect(got.headers['transfer-encoding']).toBe(framing === 'chunked' ? 'chunked' : undefined);
      expect(got.body.equals(data)).toBe(true);
    },
  );

  test('a flip changes one byte and nothing else', async () => {
    const rule = origin.trouble({ on: isDownload, trouble: { kind: 'flip', at: 99_999 } });
    const got = await download();
    await rule.struck;
    const wanted = Uint8Array.from(data);
    wanted[99_999] = (wanted[99_999] ?? 0) ^ 0xff;
    expect(got.body.equals(wanted)).toBe(true);
  });

  test('a stall holds the body at its byte until it is released', async () => {
    const gate = createGate();
    const rule = origin.trouble({
      on: isDownload,
      trouble: { kind: 'stall', at: 5000, until: gate.opened },
    });
    const got = download();
    await rule.struck;
    expect(origin.ledger.calls).toMatchObject([{ bodyBytes: 5000, end: 'open' }]);
    gate.open();
    expect((await got).body.equals(data)).toBe(true);
  });

  test('a client that leaves a stalled answer is seen', async () => {
    const { opened } = createGate();
    const trouble = { kind: 'stall', at: 5000, until: opened } as const;
    const rule = origin.trouble({ on: isDownload, trouble });
    const client = send(path, {}, OWNER);
    client.on('error', () => undefined).end();
    await rule.struck;
    client.destroy();
    await origin.ledger.idle();
    expect(origin.ledger.calls).toMatchObject([{ end: 'gone', bodyBytes: 5000 }]);
  });

  test('a throttled answer takes its time', async () => {
    const trouble = { kind: 'throttle', bytesPerSecond: SIZE * 4 } as const;
    origin.trouble({ on: isDownload, trouble });
    const start = performance.now();
    expect((await download()).body.equals(data)).toBe(true);
    // A quarter of a second, less what the link lends to make up for late timers.
    expect(performance.now() - start).toBeGreaterThan(200);
  });
});

describe('trouble with the answer', () => {
  test('a status may come instead of what Glance would say, for the first calls only', async () => {
    const rule = origin.trouble({
      on: isRecord,
      trouble: { kind: 'answer', status: 503, headers: { 'Retry-After': '1' }, body: 'busy' },
      times: 1,
    });
    const record = `/v2/images/${id}`;
    const busy = await get(record);
    expect(busy).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(busy.body.toString()).toBe('busy');
    expect(await get(record)).toMatchObject({ status: 200 });
    expect(rule.hits).toBe(1);
  });

  test('a held answer is what Glance said before it was held', async () => {
    const gate = createGate();
    const hold = origin.trouble({
      on: isRecord,
      trouble: { kind: 'hold', what: 'answer', until: gate.opened },
    });
    const answer = get(`/v2/images/${id}`);
    await hold.struck;
    await origin.ledger.until(({ calls }) => calls.length === 1);
    hold.end();
    expect(await get(`/v2/images/${id}`, 'DELETE')).toMatchObject({ status: 204 });
    gate.open();
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('a held request is answered as things are when it is let go', async () => {
    const gate = createGate();
    const hold = origin.trouble({
      on: isRecord,
      trouble: { kind: 'hold', what: 'request', until: gate.opened },
    });
    const answer = get(`/v2/images/${id}`);
    await hold.struck;
    expect(await get(`/v2/images/${id}`, 'DELETE')).toMatchObject({ status: 204 });
    gate.open();
    expect(await answer).toMatchObject({ status: 404 });
  });

  test('the connection may be closed instead of an answer', async () => {
    origin.trouble({ on: isAnyCall, trouble: { kind: 'hang-up' }, times: 1 });
    await expect(download()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(origin.ledger.calls).toMatchObject([{ status: null, end: 'cut' }]);
  });

  test('a rule that is ended spares further calls', async () => {
    const rule = origin.trouble({ on: isAnyCall, trouble: { kind: 'answer', status: 500 } });
    expect(await download()).toMatchObject({ status: 500 });
    rule.end();
    expect(await download()).toMatchObject({ status: 200 });
  });
});

test('connections are refused until they are accepted again', async () => {
  await origin.refuse();
  await expect(download()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await origin.accept();
  expect(await download()).toMatchObject({ status: 200 });
});

test('an origin without ranges answers 400 to them, and 416 beyond the end', async () => {
  const plain = await createTroubleOrigin({ ranges: 'no' });
  try {
    const { id: image } = await plain.seed({ size: 10 });
    const url = `${plain.url}/v2/images/${image}/file`;
    const ask = (range: string) => fetch(url, { headers: { 'X-Auth-Token': OWNER, Range: range } });
    expect((await ask('bytes=0-1')).status).toBe(400);
    expect((await ask('bytes=9007199254740991-')).status).toBe(416);
  } finally {
    await plain.close();
  }
});

test('a shared link slows all connections down together', async () => {
  const slow = await createTroubleOrigin({ link: { bytesPerSecond: 1_000_000 } });
  try {
    const { id: image } = await slow.seed({ size: 150_000 });
    const url = `${slow.url}/v2/images/${image}/file`;
    const fetchAll = async (): Promise<number> =>
      (await (await fetch(url, { headers: { 'X-Auth-Token': OWNER } })).bytes()).length;
    const start = performance.now();
    expect(await Promise.all([fetchAll(), fetchAll()])).toEqual([150_000, 150_000]);
    expect(performance.now() - start).toBeGreaterThan(250);
  } finally {
    await slow.close();
  }
});

interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Whether the message ended as its framing says it must. */
  readonly complete: boolean;
}

const download = (headers: Record<string, string> = {}, token = OWNER): Promise<Got> =>
  received(send(path, headers, token));

const get = (target: string, method = 'GET'): Promise<Got> =>
  received(send(target, {}, OWNER, method));

function send(
  target: string,
  headers: Record<string, string>,
  token: string,
  method = 'GET',
): ClientRequest {
  // Kept open: a client that hangs up with its last byte may do so before the origin knows that it was the last.
  const agent = new Agent({ keepAlive: true });
  const options = { method, agent, headers: { 'X-Auth-Token': token, ...headers } };
  return request(`${origin.url}${target}`, options);
}

function received(client: ClientRequest): Promise<Got> {
  return new Promise((resolve, reject) => {
    client.once('error', reject);
    client.once('response', (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('error', () => undefined);
      incoming.once('close', () => {
        const { statusCode = 0, headers, complete } = incoming;
        resolve({ status: statusCode, headers, body: Buffer.concat(pieces), complete });
      });
    });
    client.end();
  });
}
