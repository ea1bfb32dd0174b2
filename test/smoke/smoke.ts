// What must hold on every runtime that the gateway runs on: one suite, and an origin that counts.
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hmacSha1 } from '../../src/adapters/hmac-sha1.ts';
import { profileHeaders, readProfile } from '../../src/core/osprofiler.ts';
import { createGate } from '../support/gate.ts';
import { type CallFilter, isDownload, isProbe } from '../support/ledger.ts';
import { createTroubleOrigin, OTHER, type TroubleOrigin } from '../support/trouble-origin.ts';
import { type Ask, type Asking, ask, type Reply } from './client.ts';

/** A gateway of some runtime. */
export interface SmokeGateway {
  readonly url: string;
  close(): Promise<void>;
}

const MIB = 2 ** 20;
/** Six chunks: several reads by range. */
const SIZE = 6 * MIB;
const PROFILE_KEY = 'smoke-key';
/** Inside the first chunk of every read. */
const HALF_A_CHUNK = MIB / 2;

/** @param start starts the gateway with that configuration file on a port that is free */
export function describeGateway(
  runtime: string,
  start: (configText: string) => Promise<SmokeGateway>,
): void {
  // Ample for a machine that is busy with other tests.
  describe(`the gateway on ${runtime}`, { timeout: 20_000 }, () => {
    let origin: TroubleOrigin;
    let west: TroubleOrigin;
    let gateway: SmokeGateway;

    beforeAll(async () => {
      origin = await createTroubleOrigin();
      west = await createTroubleOrigin({ region: 'RegionTwo' });
      gateway = await start(configOf(origin, west));
    }, 60_000);

    afterAll(async () => {
      await gateway?.close();
      await Promise.all([origin?.close(), west?.close()]);
    });

    beforeEach(() => {
      origin.ledger.clear();
    });

    const asking = (path: string, options: Ask = {}): Asking => ask(gateway.url + path, options);
    const get = (path: string, options: Ask = {}): Promise<Reply> => asking(path, options).reply;
    const seeded = (name: string) => origin.seed({ size: SIZE, name });
    const fileOf = ({ id }: { readonly id: string }): string => `/v2/images/${id}/file`;

    it('lists and shows what the origin has', async () => {
      const image = await seeded('shown');
      const list = await get('/v2/images');
      expect(list).toMatchObject({ status: 200, ended: 'whole' });
      expect(JSON.parse(list.body.toString()).images).toContainEqual(
        expect.objectContaining({ id: image.id, name: 'shown' }),
      );
      const cold = await get(`/v2/images/${image.id}`);
      expect(JSON.parse(cold.body.toString())).toMatchObject({ id: image.id, size: SIZE });
      expect(cold.headers['content-length']).toBe(String(cold.body.length));
      const warm = await get(`/v2/images/${image.id}`);
      expect(warm.headers['cache-status']).toBe('glance-edge; hit; detail=memory');
      expect(warm.body).toEqual(cold.body);
    });

    it('downloads an image whole, and again without the origin', async () => {
      const image = await seeded('downloaded');
      const cold = await get(fileOf(image));
      expect(summary(cold)).toEqual({ status: 200, ended: 'whole', sha512: image.sha512 });
      expect(cold.headers).toMatchObject({
        'content-length': String(SIZE),
        'content-type': 'application/octet-stream',
        'cache-status': 'glance-edge; fwd=uri-miss; stored',
        'x-trace-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      await origin.ledger.idle();
      expect(origin.ledger.imageBytes()).toBe(SIZE);

      origin.ledger.clear();
      const warm = await get(fileOf(image));
      expect(summary(warm)).toEqual({ status: 200, ended: 'whole', sha512: image.sha512 });
      expect(warm.headers['cache-status']).toBe('glance-edge; hit; detail=memory');
      expect(origin.ledger.imageBytes()).toBe(0);
      // The right to it was asked for all the same.
      expect(origin.ledger.count(isProbe)).toBe(1);
    });

    it('downloads ranges, cold and warm', async () => {
      const image = await seeded('ranged');
      const [from, to] = [MIB - 10, 2 * MIB + 9];
      for (const state of ['cold', 'warm']) {
        const part = await get(fileOf(image), { headers: { Range: `bytes=${from}-${to}` } });
        expect(part, state).toMatchObject({ status: 206, ended: 'whole' });
        expect(part.headers, state).toMatchObject({
          'content-range': `bytes ${from}-${to}/${SIZE}`,
          'content-length': String(to - from + 1),
        });
        expect(part.body.equals(image.data.subarray(from, to + 1)), state).toBe(true);
        await get(fileOf(image));
      }
    });

    it('fetches once for eight that come at the same time', async () => {
      const image = await seeded('shared');
      const gate = createGate();
      const on = isDownload;
      const rule = origin.trouble({ on, trouble: { kind: 'stall', at: 0, until: gate.opened } });
      const replies = Array.from({ length: 8 }, () => get(fileOf(image)));
      await origin.ledger.until((ledger) => ledger.count(isProbe) === 8);
      await rule.struck;
      rule.end();
      gate.open();
      for (const reply of await Promise.all(replies)) {
        expect(summary(reply)).toEqual({ status: 200, ended: 'whole', sha512: image.sha512 });
      }
      await origin.ledger.idle();
      expect(origin.ledger.imageBytes()).toBe(SIZE);
    });

    it('goes on for those who joined when the first one leaves', async () => {
      const image = await seeded('left');
      const gate = createGate();
      const [on, at] = [isDownload, HALF_A_CHUNK];
      const rule = origin.trouble({ on, trouble: { kind: 'stall', at, until: gate.opened } });
      const leader = asking(fileOf(image));
      const gone = leader.reply.catch(() => null);
      await leader.begun;
      const follower = asking(fileOf(image));
      await follower.begun;
      await rule.struck;
      leader.leave();
      await gone;
      rule.end();
      gate.open();
      const reply = await follower.reply;
      expect(summary(reply)).toEqual({ status: 200, ended: 'whole', sha512: image.sha512 });
      expect(reply.headers['cache-status']).toBe('glance-edge; fwd=uri-miss; collapsed');
      await origin.ledger.idle();
      expect(origin.ledger.imageBytes()).toBe(SIZE);
    });

    it('passes on the refusal of a foreign token, cold and warm', async () => {
      const image = await seeded('private');
      for (const state of ['cold', 'warm']) {
        const refused = await get(fileOf(image), { token: OTHER });
        expect(refused.status, state).toBe(404);
        expect(refused.body.length, state).toBeLessThan(1000);
        await get(fileOf(image));
      }
    });

    it('finds the region in the path and in an image URI, and refuses what is not configured', async () => {
      const image = await west.seed({ size: MIB });
      const uri = encodeURIComponent(`${west.url}/v2/images/${image.id}`);
      for (const path of [`/regions/RegionTwo${fileOf(image)}`, `/v2/images/${uri}/file`]) {
        expect(summary(await get(path)), path).toMatchObject({ sha512: image.sha512 });
      }
      expect((await get(fileOf(image))).status).toBe(404);
      expect((await get('/regions/Nowhere/v2/images')).status).toBe(404);
      const elsewhere = encodeURIComponent(`http://192.0.2.1/v2/images/${image.id}`);
      expect((await get(`/v2/images/${elsewhere}`)).status).toBe(400);
    });

    it('takes an upload, which is then what is downloaded', async () => {
      const file = fileOf({ id: await createImage() });
      const body = Buffer.alloc(3 * MIB, 'upload');
      const headers = { ...OCTETS, 'Content-Length': String(body.length) };
      expect((await get(file, { method: 'PUT', headers, body })).status).toBe(204);
      const sent = origin.ledger.calls.find(isUpload);
      expect(sent?.headers.map(([name]) => name.toLowerCase())).toContain('content-length');
      expect((await get(file)).body.equals(body)).toBe(true);
    });

    it.each([
      ['with a length', { 'Content-Length': String(3 * MIB) }],
      ['in chunks', { 'Transfer-Encoding': 'chunked' }],
    ])('never lets an upload %s that was cut look whole', async (_how, framing) => {
      const id = await createImage();
      const body = Buffer.alloc(MIB, 'cut');
      const headers = { ...OCTETS, ...framing };
      const request = { method: 'PUT', headers, body, unfinished: true };
      const upload = asking(fileOf({ id }), request);
      await origin.ledger.until((ledger) => ledger.count(isUpload) === 1);
      upload.leave();
      await expect(upload.reply).rejects.toThrow('hang up');
      await origin.ledger.idle();
      const record = await get(`/v2/images/${id}`, { headers: { 'Cache-Control': 'no-cache' } });
      expect(JSON.parse(record.body.toString()).status).not.toBe('active');
    });

    it.each([
      ['cut', { kind: 'cut', at: HALF_A_CHUNK }],
      ['wrong', { kind: 'flip', at: 7 }],
    ] as const)('never lets data that is %s look whole', async (what, trouble) => {
      const image = await seeded(what);
      const gate = createGate();
      const isFirst: CallFilter = ({ range }) => range?.startsWith('bytes=0-') ?? false;
      const first: CallFilter = (call) => isDownload(call) && isFirst(call);
      const others: CallFilter = (call) => isDownload(call) && !isFirst(call);
      const until = gate.opened;
      const rules = [
        origin.trouble({ on: first, trouble: { kind: 'stall', at: HALF_A_CHUNK, until } }),
        origin.trouble({ on: first, trouble }),
        origin.trouble({ on: others, trouble: { kind: 'hold', what: 'request', until } }),
        // What was cut can't be resumed.
        ...(what === 'cut' ? [origin.trouble({ on: others, trouble: { kind: 'hang-up' } })] : []),
      ];
      const download = asking(fileOf(image));
      await download.begun;
      gate.open();
      expect(await download.reply).toMatchObject({ status: 200, ended: 'broken' });
      for (const rule of rules) rule.end();
      expect(summary(await get(fileOf(image)))).toMatchObject({ sha512: image.sha512 });
    });

    it('continues a profile of osprofiler and signs it on', async () => {
      const ids = { baseId: randomUUID(), parentId: randomUUID() };
      const headers = Object.fromEntries(profileHeaders(ids, PROFILE_KEY, hmacSha1));
      const reply = await get('/v2/schemas/image', { headers });
      expect(reply.headers['x-trace-id']).toBe(ids.baseId.replaceAll('-', ''));
      const sent = origin.ledger.calls[0]?.headers ?? [];
      expect(readProfile(sent, [PROFILE_KEY], hmacSha1)).toMatchObject({
        profile: { baseId: ids.baseId },
      });
    });

    async function createImage(): Promise<string> {
      const made = await get('/v2/images', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(JSON.stringify({ disk_format: 'raw', container_format: 'bare' })),
      });
      expect(made.status).toBe(201);
      return String(JSON.parse(made.body.toString()).id);
    }
  });
}

const isUpload: CallFilter = ({ method }) => method === 'PUT';

const OCTETS = { 'Content-Type': 'application/octet-stream' };

/** One file for all runtimes; Workers leave the addresses unread. */
function configOf(one: TroubleOrigin, two: TroubleOrigin): string {
  return JSON.stringify({
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    default_region: 'RegionOne',
    regions: { RegionOne: { endpoints: [one.url] }, RegionTwo: { endpoints: [two.url] } },
    cache: { chunk_size: '1MiB' },
    log: { level: 'silent' },
    tracing: { osprofiler_hmac_keys: [PROFILE_KEY] },
  });
}

function summary({ status, ended, body }: Reply) {
  return { status, ended, sha512: createHash('sha512').update(body).digest('hex') };
}
