// Spans of the methods, the traces that go out, osprofiler's headers, and what is kept out of all of them.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { traceOfParent } from '../../src/image-api/trace-headers.ts';
import { tracingIntoList } from '../adapters/otel/finished-spans.ts';
import { ADMIN, OWNER } from '../support/trouble-origin.ts';
import { AS_OWNER, bytesOf, openStage, thrownBy } from './stage/stage.ts';

const TRACE = '2b3d5a4e8f3a4a519f0e0f6a0c4f1a11';
const TRACEPARENT = `00-${TRACE}-944be07fc1f90ae7-01`;
const KEY = 'SECRET_KEY';

const hmac = (key: string, text: string): string =>
  createHmac('sha1', key).update(text).digest('hex');

test('every public method but generateImageUrl is a span nova_image.<method> under the caller', async () => {
  const { tracing, finished } = tracingIntoList();
  const { api } = await openStage({ tracing });
  const context = { ...AS_OWNER, trace: TRACEPARENT };
  const info = { name: 'x', diskFormat: 'raw', containerFormat: 'bare' };
  const { id } = await api.create(context, info, new Uint8Array(10));
  await api.get(context, id);
  await api.getAll(context);
  for await (const image of api.iterate(context)) expect(image.id).toBe(id);
  await api.update(context, id, { name: 'y' });
  await bytesOf(await api.download(context, id));
  await api.download(context, id, { data: { write: () => {} } });
  api.generateImageUrl(id, context);
  await thrownBy(() => api.copyImageToStore(context, id, 'fast'));
  await api.delete(context, id);
  const spans = finished.getFinishedSpans();
  expect(spans.map(({ name }) => name)).toEqual(
    'create get getAll iterate update download download copyImageToStore delete'
      .split(' ')
      .map((method) => `nova_image.${method}`),
  );
  for (const span of spans) {
    expect(span.spanContext().traceId).toBe(TRACE);
    expect(span.parentSpanContext?.spanId).toBe('944be07fc1f90ae7');
  }
});

test('a caller without a trace begins one', async () => {
  const { tracing, finished } = tracingIntoList();
  const { api } = await openStage({ tracing });
  await api.getAll(AS_OWNER);
  await api.getAll({ ...AS_OWNER, trace: 'nonsense' });
  const ids = finished.getFinishedSpans().map((span) => span.spanContext().traceId);
  expect(new Set(ids).size).toBe(2);
  expect(finished.getFinishedSpans().map((span) => span.parentSpanContext)).toEqual([
    undefined,
    undefined,
  ]);
});

test('arguments are recorded without secrets, results are not, and failures by their code', async () => {
  const { tracing, finished } = tracingIntoList();
  const { api, origin } = await openStage({ tracing, allowedEndpoints: 'any' });
  const image = await origin.seed({ size: 10, name: 'result' });
  await api.get(AS_OWNER, image.id, { includeLocations: true });
  const uri = `http://me:password@glance.example/v2/images/${image.id}?token=password`;
  await thrownBy(() => api.get({ authToken: ADMIN }, uri));
  const properties = { secret: 'password' };
  await thrownBy(() => api.create({ authToken: 'password' }, { name: 'password', properties }));
  const spans = finished.getFinishedSpans();
  expect(spans[0]?.attributes).toEqual({
    'code.function.name': 'ImageApi.get',
    'nova_image.image': image.id,
    'nova_image.includeLocations': true,
  });
  expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual([
    undefined,
    'invalid-image-ref',
    'forbidden',
  ]);
  const told = JSON.stringify(
    spans.map(({ attributes, events, status }) => [attributes, events, status]),
  );
  for (const secret of ['password', OWNER, ADMIN, 'result']) expect(told).not.toContain(secret);
});

test('a stream keeps its span until it ends, by its end, by an error, or left alone', async () => {
  const { tracing, finished } = tracingIntoList();
  const { api, origin } = await openStage({ tracing });
  const image = await origin.seed({ size: 3_000_000 });
  const stream = await api.download(AS_OWNER, image.id);
  expect(finished.getFinishedSpans()).toHaveLength(0);
  await bytesOf(stream);
  expect(finished.getFinishedSpans()).toHaveLength(1);
  await (await api.download(AS_OWNER, image.id)).cancel();
  expect(finished.getFinishedSpans()).toHaveLength(2);
  const on = ({ target }: { readonly target: string }): boolean => target.endsWith('/file');
  origin.trouble({ on, trouble: { kind: 'flip', at: 7 } });
  await thrownBy(() => api.download(AS_OWNER, image.id).then(bytesOf));
  expect(finished.getFinishedSpans()[2]?.attributes['error.type']).toBe('corrupt-download');
});

test('attempts that failed are events of the span', async () => {
  const { tracing, finished } = tracingIntoList();
  const { api, origin } = await openStage({ tracing });
  origin.trouble({ on: () => true, trouble: { kind: 'answer', status: 503 }, times: 1 });
  await api.getAll(AS_OWNER);
  expect(finished.getFinishedSpans()[0]?.events).toMatchObject([
    { name: 'attempt_failed', attributes: { endpoint: origin.url, last: false } },
  ]);
});

test("the method's span goes out as traceparent, and as osprofiler's headers where there are keys", async () => {
  const { tracing, finished } = tracingIntoList();
  const { api, origin } = await openStage({ tracing, profilerHmacKeys: [KEY, 'older'] });
  await api.getAll({ ...AS_OWNER, trace: TRACEPARENT });
  const headers = new Map(origin.ledger.calls[0]?.headers);
  const span = finished.getFinishedSpans()[0]?.spanContext();
  expect(headers.get('traceparent')).toBe(`00-${TRACE}-${span?.spanId}-01`);
  const info = headers.get('X-Trace-Info') ?? '';
  expect(headers.get('X-Trace-HMAC')).toBe(hmac(KEY, info));
  const id = span?.spanId ?? '';
  expect(JSON.parse(Buffer.from(info, 'base64url').toString())).toEqual({
    base_id: '2b3d5a4e-8f3a-4a51-9f0e-0f6a0c4f1a11',
    parent_id: `00000000-0000-0000-${id.slice(0, 4)}-${id.slice(4)}`,
  });
});

test('a method within a profile of osprofiler goes on with the id of that profile', async () => {
  const profile = {
    baseId: '7d3f2c1a-9b4e-4f60-8a51-0c2d4e6f8091',
    parentId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
    keyIndex: 0,
  };
  const { api, origin } = await openStage({ profilerHmacKeys: [KEY] });
  await api.getAll({ ...AS_OWNER, trace: { ...traceOfParent(TRACEPARENT), profile } });
  const info = new Map(origin.ledger.calls[0]?.headers).get('X-Trace-Info') ?? '';
  expect(JSON.parse(Buffer.from(info, 'base64url').toString())).toEqual({
    base_id: profile.baseId,
    parent_id: '00000000-0000-0000-944b-e07fc1f90ae7',
  });
});

test("without tracing, the caller's trace goes out as it came; without one, none does", async () => {
  const { api, origin } = await openStage({ profilerHmacKeys: [KEY] });
  await api.getAll({ ...AS_OWNER, trace: TRACEPARENT });
  await api.getAll(AS_OWNER);
  const [first, , second] = origin.ledger.calls.map(({ headers }) => new Map(headers));
  expect(first?.get('traceparent')).toBe(TRACEPARENT);
  expect(first?.has('X-Trace-Info')).toBe(true);
  expect(second?.has('traceparent')).toBe(false);
  expect(second?.has('X-Trace-Info')).toBe(false);
});
