// Parts of images, in every form that clients and Glance know, are answered as the origin itself
// answers them: cold, warm, and where the origin has no ranges.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTroubleOrigin, type TroubleOrigin } from '../support/trouble-origin.ts';
import { ask, type Reply } from './stage/client.ts';
import { type Edge, filePath, openEdge } from './stage/edge.ts';
import { KIB, openScene, type SeededData } from './stage/scene.ts';

const SIZE = 300 * KIB + 7;
const LAST = SIZE - 1;

type Asked = Readonly<Record<string, string>>;

const RANGES: readonly Asked[] = [
  'bytes=0-',
  'bytes=0-0',
  'bytes=1-1',
  `bytes=${LAST}-`,
  `bytes=${LAST}-${LAST}`,
  `bytes=0-${LAST}`,
  `bytes=0-${SIZE}`,
  'bytes=0-99999999999',
  'bytes=-1',
  'bytes=-65536',
  `bytes=-${SIZE}`,
  'bytes=-99999999',
  'bytes=-0',
  'bytes=65535-65536',
  'bytes=65536-131071',
  'bytes=65537-200000',
  'bytes = 10-20',
  'BYTES=10-20',
  `bytes=${SIZE}-`,
  'bytes=9007199254740991-',
  'bytes=20-10',
  'bytes=junk',
  'bytes=0-1,5-6',
  'items=0-9',
].map((range) => ({ Range: range }));

const CONTENT_RANGES: readonly Asked[] = [
  'bytes 0-9/*',
  `bytes 65530-65545/${SIZE}`,
  `bytes 0-${SIZE}/*`,
  'bytes 9-0/*',
  'junk',
].map((range) => ({ 'Content-Range': range }));

const CONDITIONS: readonly Asked[] = [
  { Range: 'bytes=5-9', 'If-Range': '"something"' },
  { 'If-None-Match': '*' },
  { 'If-Modified-Since': 'Sat, 01 Jan 2050 00:00:00 GMT' },
  { 'Accept-Encoding': 'gzip, br' },
  {},
];

const ASKED = [...RANGES, ...CONTENT_RANGES, ...CONDITIONS];

describe('as the origin answers it, cold and warm', () => {
  let origin: TroubleOrigin;
  let edge: Edge;

  beforeAll(async () => {
    origin = await createTroubleOrigin();
    edge = await openEdge({ regions: { RegionOne: origin }, tiers: [] });
  });

  afterAll(async () => {
    await edge.close();
    await origin.close();
  });

  test.each(ASKED.map((headers) => [JSON.stringify(headers), headers] as const))(
    '%s',
    async (_, headers) => {
      const image = await origin.seed({ size: SIZE });
      const wanted = essence(await ask(origin.url + filePath(image), { headers }));
      for (const temperature of ['cold', 'lukewarm', 'warm']) {
        if (temperature === 'warm') await ask(edge.url + filePath(image));
        const reply = await ask(edge.url + filePath(image), { headers });
        expect(essence(reply), temperature).toEqual(wanted);
      }
    },
  );
});

test('where the origin has no ranges, the gateway has them all the same', async () => {
  const { origin, edge } = await openScene({ origin: { ranges: 'no' }, tiers: [] });
  const image = await origin.seed({ size: SIZE });
  for (const turn of ['cold', 'warm']) {
    const headers = { Range: 'bytes=65530-200000' };
    const reply = await ask(edge.url + filePath(image), { headers });
    expect(reply, turn).toMatchObject({
      status: 206,
      complete: true,
      headers: { 'content-range': `bytes 65530-200000/${SIZE}`, 'content-length': '134471' },
    });
    expect(reply.body.equals(image.data.subarray(65_530, 200_001))).toBe(true);
  }
});

test.each([{ Range: 'bytes=-' }, { 'Content-Range': 'bytes */*' }] as readonly Asked[])(
  '%j, on which Glance fails, is refused as a range that names nothing',
  async (headers) => {
    const { origin, edge } = await openScene({ tiers: [] });
    const image = await origin.seed({ size: SIZE });
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await ask(edge.url + filePath(image), { headers })).toMatchObject({ status: 416 });
      await ask(edge.url + filePath(image));
    }
  },
);

test('parts asked for at the same time are each right, and the origin sends no byte twice', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 40 * 64 * KIB });
  const parts = await Promise.all(
    Array.from({ length: 40 }, (_, at) => part(edge, image, at * 64 * KIB - at, 70 * KIB)),
  );
  expect(parts.every(({ reply, wanted }) => reply.body.equals(wanted))).toBe(true);
  await origin.ledger.idle();
  expect(origin.ledger.imageBytes() / image.size).toBe(1);
});

async function part(
  edge: Edge,
  image: SeededData,
  start: number,
  length: number,
): Promise<{ reply: Reply; wanted: Uint8Array }> {
  const end = Math.min(image.size, start + length);
  const headers = { Range: `bytes=${start}-${end - 1}` };
  const reply = await ask(edge.url + filePath(image), { headers });
  return { reply, wanted: image.data.subarray(start, end) };
}

/** What a client can tell two answers apart by. */
function essence({ status, headers, body, complete }: Reply): Readonly<Record<string, unknown>> {
  const told = [
    'content-type',
    'content-length',
    'content-range',
    'content-md5',
    'content-encoding',
    'etag',
    'accept-ranges',
    'www-authenticate',
  ];
  return {
    status,
    complete,
    headers: Object.fromEntries(told.map((name) => [name, headers[name]])),
    body: body.toString('base64'),
  };
}
