// Image data of the embedded Glance: uploads, downloads and ranges.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import {
  answerOf,
  DATA_TYPE,
  type GlanceUnderTest,
  glanceUnderTest,
  requestOf,
} from './glance-under-test.ts';

const TEXT = 'hello world';
const MD5 = createHash('md5').update(TEXT).digest('hex');
const SHA512 = createHash('sha512').update(TEXT).digest('hex');

let it: GlanceUnderTest;

beforeEach(() => {
  it = glanceUnderTest();
});

afterEach(() => it.end());

const upload = (id: string, body: string | ReadableStream<Uint8Array>, type = DATA_TYPE) =>
  it.call('PUT', `/v2/images/${id}/file`, { body, headers: { 'Content-Type': type } });

const download = (id: string, headers: Record<string, string> = {}) =>
  it.call('GET', `/v2/images/${id}/file`, { headers });

describe('upload', () => {
  test('makes the image active, with the size and both hashes of what arrived', async () => {
    const id = await it.queued();
    expect(await upload(id, TEXT)).toMatchObject({ status: 204, text: '' });
    const { json } = await it.call('GET', `/v2/images/${id}`);
    expect(json).toMatchObject({
      status: 'active',
      size: 11,
      virtual_size: 11,
      checksum: MD5,
      os_hash_algo: 'sha512',
      os_hash_value: SHA512,
      stores: 'disk',
    });
  });

  test('may be empty', async () => {
    const id = await it.queued();
    expect(await upload(id, '')).toMatchObject({ status: 204 });
    const { headers, ...answer } = await download(id);
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(headers.get('content-length')).toBe('0');
  });

  test('is taken once', async () => {
    const id = await it.active(TEXT);
    const answer = await upload(id, 'other');
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Image status transition from active to saving is not allowed');
  });

  test('shows as saving while it arrives, and then no second one is taken', async () => {
    const id = await it.queued();
    const gate = createGate();
    const first = upload(id, bodyOf('first', gate.opened));
    await until(async () => (await statusOf(id)) === 'saving');
    expect(await upload(id, 'second')).toMatchObject({ status: 409 });
    expect(await download(id)).toMatchObject({ status: 204 });
    gate.open();
    expect(await first).toMatchObject({ status: 204 });
    expect((await download(id)).text).toBe('first');
  });

  test('that breaks off leaves the image queued, and nothing on disk', async () => {
    const id = await it.queued();
    const broken = bodyOf('half of', Promise.reject(new Error('client gone')));
    expect((await upload(id, broken)).status).toBe(500);
    const { json } = await it.call('GET', `/v2/images/${id}`);
    expect(json).toMatchObject({ status: 'queued', size: null, checksum: null });
    expect(readdirSync(it.folder).filter((name) => !name.endsWith('.json'))).toEqual([]);
    expect(await upload(id, TEXT)).toMatchObject({ status: 204 });
  });

  test('for an image that is deleted meanwhile is 410', async () => {
    const id = await it.queued();
    const gate = createGate();
    const late = upload(id, bodyOf('late', gate.opened));
    await until(async () => (await statusOf(id)) === 'saving');
    await it.call('DELETE', `/v2/images/${id}`);
    gate.open();
    expect(await late).toMatchObject({ status: 410 });
    expect(await it.call('GET', `/v2/images/${id}`)).toMatchObject({ status: 404 });
  });

  test('needs the right media type and both formats', async () => {
    const id = await it.queued({ disk_format: null });
    expect(await upload(id, TEXT, 'text/plain')).toMatchObject({ status: 415 });
    expect(await upload(id, TEXT)).toMatchObject({ status: 400 });
  });
});

describe('download', () => {
  test('is the data with its type, its length and its MD5', async () => {
    const id = await it.active(TEXT);
    const { status, text, headers } = await download(id);
    expect({ status, text }).toEqual({ status: 200, text: TEXT });
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-length')).toBe('11');
    expect(headers.get('content-md5')).toBe(MD5);
    for (const name of ['etag', 'accept-ranges', 'last-modified', 'cache-control']) {
      expect(headers.has(name)).toBe(false);
    }
  });

  test('of a queued image is 204', async () => {
    const answer = await download(await it.queued());
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers.has('content-type')).toBe(false);
  });

  test('goes on while the image is deleted', async () => {
    const id = await it.active(TEXT.repeat(100_000));
    const response = await it.glance.fetch(requestOf('GET', `/v2/images/${id}/file`));
    const reader = response.body?.getReader();
    let length = (await reader?.read())?.value?.length ?? 0;
    await it.call('DELETE', `/v2/images/${id}`);
    for (;;) {
      const piece = await reader?.read();
      if (piece?.value === undefined) break;
      length += piece.value.length;
    }
    expect(length).toBe(TEXT.length * 100_000);
  });
});

describe('a range', () => {
  test.each([
    ['bytes=0-4', 'hello', 'bytes 0-4/11'],
    ['bytes=0-', TEXT, 'bytes 0-10/11'],
    ['bytes=6-100', 'world', 'bytes 6-10/11'],
    ['bytes=10-10', 'd', 'bytes 10-10/11'],
    ['bytes=-3', 'rld', 'bytes 8-10/11'],
    ['bytes=-100', TEXT, 'bytes 0-10/11'],
    ['bytes=-0', TEXT, 'bytes 0-10/11'],
    ['BYTES = 0 - 4', 'hello', 'bytes 0-4/11'],
  ])('%s is answered in part, with the MD5 of the whole', async (range, text, contentRange) => {
    const answer = await download(await it.active(TEXT), { Range: range });
    expect(answer).toMatchObject({ status: 206, text });
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
    expect(answer.headers.get('content-md5')).toBe(MD5);
  });

  test.each([
    'bytes=11-',
    'bytes=9007199254740991-',
    'bytes=5-2',
    'bytes=a-b',
    'bytes=',
    'items=0-4',
    'junk',
  ])('%s can not be satisfied, and no Content-Range says so', async (range) => {
    const answer = await download(await it.active(TEXT), { Range: range });
    expect(answer.status).toBe(416);
    expect(answer.headers.has('content-range')).toBe(false);
  });

  test('is one range only', async () => {
    const answer = await download(await it.active(TEXT), { Range: 'bytes=0-1,3-4' });
    expect(answer).toMatchObject({ status: 400 });
  });

  test('may come as Content-Range, which Range overrules', async () => {
    const id = await it.active(TEXT);
    const range = { 'Content-Range': 'bytes 0-4/*' };
    expect(await download(id, range)).toMatchObject({ status: 206, text: 'hello' });
    const both = { ...range, Range: 'bytes=6-7' };
    expect(await download(id, both)).toMatchObject({ status: 206, text: 'wo' });
    for (const bad of ['junk', 'bytes 3-1/11', 'bytes 0-40/11', 'bytes 0-40/*']) {
      expect(await download(id, { 'Content-Range': bad })).toMatchObject({ status: 416 });
    }
  });

  test('ignores If-Range and every other condition', async () => {
    const id = await it.active(TEXT);
    const headers = { Range: 'bytes=0-4', 'If-Range': '"x"', 'If-None-Match': '*' };
    expect(await download(id, headers)).toMatchObject({ status: 206 });
  });

  test.each([
    ['of an image without data', 'queued', 'bytes=0-4'],
    ['without a number', 'active', 'bytes=-'],
  ] as const)('%s crashes Glance: a bare 500 that names no request', async (_, state, range) => {
    const id = state === 'queued' ? await it.queued() : await it.active(TEXT);
    const answer = await download(id, { Range: range });
    expect(answer).toMatchObject({ status: 500, text: '' });
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.headers.has('x-openstack-request-id')).toBe(false);
  });

  test('is 400 where the store can not read at random, and still 416 beyond the end', async () => {
    const plain = glanceUnderTest({ ranges: 'no' });
    const path = `/v2/images/${await plain.active(TEXT)}/file`;
    const ask = (Range: string) => plain.call('GET', path, { headers: { Range } });
    expect(await ask('bytes=0-')).toMatchObject({ status: 400 });
    expect(await ask('bytes=11-')).toMatchObject({ status: 416 });
    expect(await plain.call('GET', path)).toMatchObject({ status: 200, text: TEXT });
    await plain.end();
  });
});

describe('a restart', () => {
  test('keeps records and data', async () => {
    const id = await it.active(TEXT, { name: 'kept' });
    const again = it.restarted();
    const record = await answerOf(await again.fetch(requestOf('GET', `/v2/images/${id}`)));
    expect(record.json).toMatchObject({ name: 'kept', status: 'active', os_hash_value: SHA512 });
    const data = await again.fetch(requestOf('GET', `/v2/images/${id}/file`));
    expect(await data.text()).toBe(TEXT);
  });

  test('keeps the ids of deleted images taken', async () => {
    const id = await it.active(TEXT);
    await it.call('DELETE', `/v2/images/${id}`);
    const request = requestOf('POST', '/v2/images', { json: { id } });
    expect((await it.restarted().fetch(request)).status).toBe(409);
  });

  test('in the middle of an upload leaves the image queued', async () => {
    const id = await it.queued();
    const gate = createGate();
    const lost = upload(id, bodyOf('never', gate.opened));
    await until(async () => (await statusOf(id)) === 'saving');
    const again = it.restarted();
    const record = await answerOf(await again.fetch(requestOf('GET', `/v2/images/${id}`)));
    expect(record.json).toMatchObject({ status: 'queued' });
    gate.open();
    await lost;
  });
});

async function statusOf(id: string): Promise<unknown> {
  return (await it.call('GET', `/v2/images/${id}`)).json?.status;
}

/** A body that sends its text, and ends (or breaks off) with `end`. */
function bodyOf(text: string, end: Promise<void>): ReadableStream<Uint8Array> {
  end.catch(() => undefined);
  let sent = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!sent) {
        sent = true;
        return controller.enqueue(new TextEncoder().encode(text));
      }
      await end;
      controller.close();
    },
  });
}

/** Asks again until it holds; the asking itself lets the other side go on. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
