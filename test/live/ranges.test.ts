// Ranges: through the gateway as from Glance, cold (the image is not cached) and warm.
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge } from './edge.ts';
import { type Answer, exchange } from './exchange.ts';
import { labToken, makeImage } from './lab.ts';

const SIZE = 9 << 20;

let edge: Edge;
let token: string;

beforeAll(async () => {
  edge = await startEdge();
  token = await labToken('demo');
  return edge.stop;
});

type Headers = Readonly<Record<string, string>>;

const AS_GLANCE: readonly [string, Headers][] = [
  ['no range', {}],
  ['the first bytes', { Range: 'bytes=0-9' }],
  ['all from the start', { Range: 'bytes=0-' }],
  ['one byte', { Range: 'bytes=5000000-5000000' }],
  ['across chunks', { Range: 'bytes=4194000-4195000' }],
  ['the rest', { Range: 'bytes=9000000-' }],
  ['beyond the end', { Range: `bytes=9000000-${SIZE + 5}` }],
  ['the last bytes', { Range: 'bytes=-100' }],
  ['the last zero bytes', { Range: 'bytes=-0' }],
  ['a suffix that is too long', { Range: `bytes=-${SIZE + 5}` }],
  ['a start at the end', { Range: `bytes=${SIZE}-` }],
  ['a start far beyond the end', { Range: 'bytes=9007199254740991-' }],
  ['a reversed range', { Range: 'bytes=9-1' }],
  ['another unit', { Range: 'pages=1-2' }],
  ['no unit', { Range: '0-9' }],
  ['letters', { Range: 'bytes=a-b' }],
  ['two ranges', { Range: 'bytes=0-1,4-5' }],
  ['a Content-Range', { 'Content-Range': 'bytes 0-9/*' }],
  ['a Content-Range of the wrong size', { 'Content-Range': 'bytes 0-9/11' }],
  ['conditions that Glance knows nothing of', { 'If-Range': '"x"', Range: 'bytes=0-9' }],
  ['a validator that nothing has', { 'If-None-Match': '*' }],
];

/** Glance answers 500 to these; the gateway may do better. */
const BETTER: readonly [string, Headers][] = [
  ['an empty range', { Range: 'bytes=-' }],
  ['an empty Content-Range', { 'Content-Range': 'bytes */*' }],
];

describe.each(['cold', 'warm'])('%s', (state) => {
  async function both(headers: Headers): Promise<{ through: Answer; direct: Answer }> {
    const image = await makeImage(edge.one.glance, token, { size: SIZE });
    const path = `/v2/images/${image.id}/file`;
    const asked = { headers: { 'X-Auth-Token': token, ...headers } };
    if (state === 'warm') {
      const all = { headers: { 'X-Auth-Token': token } };
      expect((await exchange(edge.url + path, all)).body.equals(image.data)).toBe(true);
    }
    return {
      through: await exchange(edge.url + path, asked),
      direct: await exchange(edge.one.glance + path, asked),
    };
  }

  test.each(AS_GLANCE)('%s', async (_, headers) => {
    const { through, direct } = await both(headers);
    expect(telling(through)).toEqual(telling(direct));
    if (direct.status < 300) expect(through.body.equals(direct.body)).toBe(true);
    if (state === 'warm' && direct.status < 300) {
      expect(through.headers['cache-status']).toMatch(/^glance-edge; hit/);
    }
  });

  test.each(BETTER)('%s is a client error instead of the 500 of Glance', async (_, headers) => {
    const { through, direct } = await both(headers);
    expect(direct.status).toBe(500);
    expect([400, 416]).toContain(through.status);
  });
});

function telling({ status, headers }: Answer): Readonly<Record<string, unknown>> {
  const names = ['content-type', 'content-md5', 'content-range', 'accept-ranges', 'etag'];
  // The length of an error's text is the error's business.
  if (status < 300) names.push('content-length');
  return { status, ...Object.fromEntries(names.map((name) => [name, headers[name]])) };
}
