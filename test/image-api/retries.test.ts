// What is tried again, how often, where, and what never is.
import { expect, test } from 'vitest';
import { GlanceConnectionFailed } from '../../src/index.ts';
import { isDownload, isRecord } from '../support/ledger.ts';
import { AS_OWNER, openApi, openStage, thrownBy } from './stage/stage.ts';

test('503 is tried again three times, a second apart, and then is GlanceConnectionFailed', async () => {
  const { api, origin, pauses } = await openStage();
  const image = await origin.seed({ size: 10 });
  const rule = origin.trouble({ on: isRecord, trouble: { kind: 'answer', status: 503 } });
  const error = await thrownBy(() => api.get(AS_OWNER, image.id));
  expect(error).toBeInstanceOf(GlanceConnectionFailed);
  expect(error.message).toContain(origin.url);
  expect([rule.hits, pauses]).toEqual([4, [1000, 1000, 1000]]);
});

test('numRetries says how many further attempts there are', async () => {
  const { api, origin, pauses } = await openStage({ numRetries: 1 });
  const rule = origin.trouble({ on: () => true, trouble: { kind: 'answer', status: 503 } });
  await thrownBy(() => api.getAll(AS_OWNER));
  expect([rule.hits, pauses]).toEqual([2, [1000]]);
});

test('connections that are refused or cut are tried again', async () => {
  const { api, origin, pauses } = await openStage();
  const image = await origin.seed({ size: 10 });
  origin.trouble({ on: isRecord, trouble: { kind: 'hang-up' }, times: 2 });
  expect((await api.get(AS_OWNER, image.id)).id).toBe(image.id);
  expect(pauses).toEqual([1000, 1000]);
  await origin.refuse();
  const error = await thrownBy(() => api.get(AS_OWNER, image.id));
  expect(error).toBeInstanceOf(GlanceConnectionFailed);
  expect(error.cause).toBeInstanceOf(Error);
});

test('an answer that is cut in its middle is asked for again', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 10 });
  const rule = origin.trouble({ on: isRecord, trouble: { kind: 'cut', at: 20 }, times: 1 });
  expect((await api.get(AS_OWNER, image.id)).id).toBe(image.id);
  expect(rule.hits).toBe(1);
});

test('each attempt takes the next endpoint', async () => {
  const { origin: busy } = await openStage();
  const { origin: well } = await openStage();
  const image = await well.seed({ size: 10 });
  busy.trouble({ on: () => true, trouble: { kind: 'answer', status: 503 } });
  const api = openApi({
    endpoints: [well.url, busy.url],
    random: () => 0.99,
    pause: async () => {},
  });
  expect((await api.get(AS_OWNER, image.id)).id).toBe(image.id);
  // The record and the schema, each of them by way of the busy one.
  expect([busy.ledger.calls.length, well.ledger.calls.length]).toEqual([2, 2]);
});

test('a URI is tried at its own endpoint each time', async () => {
  const { origin: busy } = await openStage();
  const { origin: well } = await openStage();
  busy.trouble({ on: () => true, trouble: { kind: 'answer', status: 503 } });
  const image = await well.seed({ size: 10 });
  const api = openApi({ endpoints: [well.url, busy.url], pause: async () => {} });
  await thrownBy(() => api.get(AS_OWNER, `${busy.url}/v2/images/${image.id}`));
  expect([busy.ledger.calls.length, well.ledger.calls.length]).toEqual([4, 0]);
});

test.each([400, 401, 403, 404, 409, 413, 500, 502, 504])(
  '%d is an answer and never tried again',
  async (status) => {
    const { api, origin, pauses } = await openStage();
    const rule = origin.trouble({ on: () => true, trouble: { kind: 'answer', status } });
    const image = '4c3a4a9e-0b1f-4f8e-9a0c-0c9d3a5d7e11';
    await thrownBy(() => api.get(AS_OWNER, image));
    expect([rule.hits, pauses]).toEqual([1, []]);
  },
);

test('a page in the middle of a list is tried again by itself', async () => {
  const { api, origin } = await openStage();
  for (const name of ['a', 'b', 'c']) await origin.seed({ size: 1, name });
  const second = (target: string): boolean => target.includes('marker=');
  origin.trouble({ on: ({ target }) => second(target), trouble: { kind: 'hang-up' }, times: 1 });
  expect(await api.getAll(AS_OWNER, { pageSize: 2 })).toHaveLength(3);
  expect(origin.ledger.count(({ target }) => !second(target) && target.includes('limit='))).toBe(1);
});

test('an upload from bytes starts over; one from a stream is never sent from its middle', async () => {
  const { api, origin } = await openStage();
  const data = new Uint8Array(1_000_000).fill(5);
  const info = { name: 'up', diskFormat: 'raw', containerFormat: 'bare' };
  const isUpload = ({ method }: { readonly method: string }): boolean => method === 'PUT';
  origin.trouble({ on: isUpload, trouble: { kind: 'answer', status: 503 }, times: 1 });
  expect((await api.create(AS_OWNER, info, data)).size).toBe(1_000_000);
  origin.ledger.clear();
  const rule = origin.trouble({ on: isUpload, trouble: { kind: 'answer', status: 503 } });
  const error = await thrownBy(() => api.create(AS_OWNER, info, ReadableStream.from([data])));
  expect(error).toBeInstanceOf(GlanceConnectionFailed);
  expect(rule.hits).toBe(1);
});

test('a new image that Glance may have made already is not made again', async () => {
  const { api, origin } = await openStage();
  const isCreate = ({ method }: { readonly method: string }): boolean => method === 'POST';
  const rule = origin.trouble({ on: isCreate, trouble: { kind: 'hang-up' } });
  const error = await thrownBy(() => api.create(AS_OWNER, { name: 'once' }));
  expect(error).toBeInstanceOf(GlanceConnectionFailed);
  expect(rule.hits).toBe(1);
});

test('the signal of the context ends the waiting between attempts', async () => {
  const abort = new AbortController();
  const { origin } = await openStage();
  origin.trouble({ on: () => true, trouble: { kind: 'answer', status: 503 } });
  const reason = new Error('enough');
  const pause = async (_: number, signal: AbortSignal): Promise<void> => {
    abort.abort(reason);
    signal.throwIfAborted();
  };
  const api = openApi({ endpoints: [origin.url], pause });
  expect(await thrownBy(() => api.getAll({ ...AS_OWNER, signal: abort.signal }))).toBe(reason);
  expect(origin.ledger.count((call) => isDownload(call))).toBe(0);
});
