// Downloads that go on after their connection broke.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CorruptImageDownload, ImageDownloadInterrupted } from '../../src/index.ts';
import { isDownload } from '../support/ledger.ts';
import { AS_OWNER, bytesOf, openFolder, openStage, thrownBy } from './stage/stage.ts';
import { json, stagedGlance } from './stage/staged-glance.ts';

const MIB = 1024 * 1024;

test.each(['fin', 'reset'] as const)(
  'a download that is cut by a %s goes on from there by a range',
  async (how) => {
    const { api, origin, pauses } = await openStage();
    const image = await origin.seed({ size: 4 * MIB });
    const trouble = { kind: 'cut', at: 3 * MIB, how } as const;
    origin.trouble({ on: isDownload, trouble, times: 1 });
    const destPath = join(await openFolder(), 'image');
    await api.download(AS_OWNER, image.id, { destPath });
    expect((await readFile(destPath)).equals(image.data)).toBe(true);
    const ranges = origin.ledger.calls.filter(isDownload).map(({ range }) => range);
    expect(ranges).toEqual([null, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(pauses).toEqual([]);
  },
);

test('a store without ranges is read from the front again, and what is there is dropped', async () => {
  const { api, origin } = await openStage({ origin: { ranges: 'no' } });
  const image = await origin.seed({ size: 4 * MIB });
  const cut = { kind: 'cut', at: 3 * MIB } as const;
  origin.trouble({ on: isDownload, trouble: cut, times: 1 });
  const stream = await api.download(AS_OWNER, image.id);
  expect((await bytesOf(stream)).equals(image.data)).toBe(true);
  const ranged = origin.ledger.calls.filter(isDownload).map(({ range }) => range !== null);
  expect(ranged).toEqual([false, true, false]);
});

test('a download that is cut again and again goes on as long as new bytes come', async () => {
  const { api, origin } = await openStage({ numRetries: 1 });
  const image = await origin.seed({ size: 6 * MIB });
  const rule = origin.trouble({
    on: isDownload,
    trouble: { kind: 'cut', at: MIB, how: 'fin' },
    times: 5,
  });
  expect((await bytesOf(await api.download(AS_OWNER, image.id))).equals(image.data)).toBe(true);
  expect(rule.hits).toBe(5);
});

test('a download that comes to nothing any more is given up after numRetries', async () => {
  const { api, origin, pauses } = await openStage({ numRetries: 2 });
  const image = await origin.seed({ size: 2 * MIB });
  origin.trouble({ on: isDownload, trouble: { kind: 'cut', at: MIB }, times: 1 });
  origin.trouble({
    on: (call) => isDownload(call) && call.range !== null,
    trouble: { kind: 'cut', at: 0 },
  });
  const error = await thrownBy(() => api.download(AS_OWNER, image.id).then(bytesOf));
  expect(error).toBeInstanceOf(ImageDownloadInterrupted);
  expect(error.cause).toBeInstanceOf(Error);
  expect(pauses).toEqual([1000]);
});

test('a message that lacks only its end is whole', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 2 * MIB });
  const trouble = { kind: 'cut', at: 2 * MIB } as const;
  origin.trouble({ on: isDownload, trouble: { kind: 'unframed', framing: 'chunked' } });
  origin.trouble({ on: isDownload, trouble });
  expect((await bytesOf(await api.download(AS_OWNER, image.id))).equals(image.data)).toBe(true);
  expect(origin.ledger.count(isDownload)).toBe(1);
});

test('data that has become another in between is refused', async () => {
  const id = '4c3a4a9e-0b1f-4f8e-9a0c-0c9d3a5d7e11';
  let asked = 0;
  const { api } = stagedGlance(({ line }) => {
    if (!line.endsWith('/file')) return json({ id, status: 'active', size: 8 });
    asked += 1;
    const headers = { 'Content-Length': '8', 'Content-Md5': `md5 ${asked}` };
    const pieces = [new Uint8Array(4)];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.pop();
        if (piece === undefined) controller.error(new Error('cut'));
        else controller.enqueue(piece);
      },
    });
    return new Response(body, { headers });
  });
  const error = await thrownBy(() => api.download(AS_OWNER, id).then(bytesOf));
  expect(error).toBeInstanceOf(CorruptImageDownload);
});
