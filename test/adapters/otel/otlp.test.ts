// What a collector receives, read by the official definition of OTLP: whole, typed, and complete.
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/adapters/node/runtime.ts';
import { createMetrics } from '../../../src/adapters/otel/metrics.ts';
import { startPrimaryTelemetry } from '../../../src/adapters/otel/primary-telemetry.ts';
import { startTelemetry, type Telemetry } from '../../../src/adapters/otel/sdk.ts';
import { startWorkerTelemetry } from '../../../src/adapters/otel/worker-telemetry.ts';
import type { Log } from '../../../src/ports/log.ts';
import { callSummary } from '../../support/call-summary.ts';
import { openCollector } from './collector.ts';
import { attributesIn, type Decoded, decode, METRICS, parts, TRACES } from './otlp-schema.ts';

const SILENT: Log = { info() {}, warn() {}, error() {} };
const DEADLINE_MS = 10_000;

function start(otlpEndpoint: string | null): Telemetry {
  const settings = { version: '1.2.3', keep: 0, sample: 1, otlpEndpoint };
  return startTelemetry({ ...settings, log: SILENT, clock: systemClock });
}

test('spans have a resource, a scope, ids, kinds, times, links, events and a status', async () => {
  await using collector = await openCollector();
  const { tracing, shutdown } = start(collector.url);
  const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const call = tracing.server(
    'GET /v2/images',
    [
      ['traceparent', parent],
      ['tracestate', 'vendor=1'],
    ],
    { 'http.response.status_code': 200, 'url.scheme': 'http', left_out: undefined },
  );
  const fill = tracing.child(call.context, 'fill', 'internal', {});
  const origin = tracing.child(fill.context, 'origin GET', 'client', {}, 1_000);
  origin.fail('origin-cut', 'The origin broke off.');
  origin.end(2_000);
  fill.event('resumed', { 'glance_edge.fill.position': 5 });
  fill.link(call.context, { 'glance_edge.link': 'reader' });
  fill.end();
  call.end();
  await shutdown(DEADLINE_MS);

  const [resource] = parts(decode(TRACES, collector.bodies[0] ?? Buffer.alloc(0)), 'resources');
  const [about] = parts(resource ?? {}, 'resource');
  expect(attributesIn(about ?? {})).toMatchObject({
    'service.name': 'glance-edge',
    'service.version': '1.2.3',
    'telemetry.sdk.language': 'nodejs',
  });
  const [scope] = parts(resource ?? {}, 'scopes');
  expect(parts(scope ?? {}, 'scope')).toEqual([{ name: ['glance-edge'], version: ['1.2.3'] }]);
  const [sentOrigin, sentFill, sentCall] = parts(scope ?? {}, 'spans');

  expect(plain(sentCall)).toMatchObject({
    trace_id: ['a'.repeat(32)],
    span_id: [call.context.spanId],
    parent_span_id: ['b'.repeat(16)],
    trace_state: ['vendor=1'],
    name: ['GET /v2/images'],
    kind: [2n],
  });
  expect(attributesIn(sentCall ?? {})).toEqual({
    'http.response.status_code': 200,
    'url.scheme': 'http',
  });
  expect(plain(sentFill)).toMatchObject({ kind: [1n], parent_span_id: [call.context.spanId] });
  const [event] = parts(sentFill ?? {}, 'events');
  expect(event).toMatchObject({ name: ['resumed'], time_unix_nano: [expect.any(BigInt)] });
  expect(attributesIn(event ?? {})).toEqual({ 'glance_edge.fill.position': 5 });
  const [link] = parts(sentFill ?? {}, 'links');
  expect(plain(link)).toMatchObject({ trace_id: ['a'.repeat(32)], span_id: [call.context.spanId] });
  expect(attributesIn(link ?? {})).toEqual({ 'glance_edge.link': 'reader' });
  expect(plain(sentOrigin)).toMatchObject({
    kind: [3n],
    start_time_unix_nano: [1_000_000_000n],
    end_time_unix_nano: [2_000_000_000n],
  });
  expect(parts(sentOrigin ?? {}, 'status')).toEqual([
    { message: ['The origin broke off.'], code: [2n] },
  ]);
  for (const span of [sentFill, sentCall]) expectOrdered(span);
});

test('metrics have a resource, units, temporality and points with times and labels', async () => {
  await using collector = await openCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  const { meter, histograms, exemplars, shutdown } = start(null);
  const underWay = { calls: () => 3, fills: () => 0 };
  const sources = { tiers: [], underWay, histograms, exemplars };
  const { calls, counters } = createMetrics(meter, sources);
  calls.ended(callSummary({ durationMs: 1500 }));
  counters.count('failover', { region: 'RegionOne' });
  await shutdown(DEADLINE_MS);
  vi.unstubAllEnvs();

  const at = collector.paths.indexOf('/v1/metrics');
  const [resource] = parts(decode(METRICS, collector.bodies[at] ?? Buffer.alloc(0)), 'resources');
  expect(attributesIn(parts(resource ?? {}, 'resource')[0] ?? {})).toMatchObject({
    'service.name': 'glance-edge',
  });
  const metrics = parts(resource ?? {}, 'scopes').flatMap((scope) => parts(scope, 'metrics'));
  const [gauge] = points(metrics, 'glance_edge.calls.under_way', 'gauge');
  expect(numberIn(gauge)).toBe(3);
  const [failover] = points(metrics, 'glance_edge.failovers', 'sum');
  expect(numberIn(failover)).toBe(1);
  expect(attributesIn(failover ?? {})).toEqual({ region: 'RegionOne' });
  expectOrdered(failover);
  const [sum] = parts(named(metrics, 'glance_edge.failovers'), 'sum');
  expect(sum).toMatchObject({ aggregation_temporality: [2n], is_monotonic: [1n] });
  const duration = named(metrics, 'glance_edge.call.duration');
  expect(duration.unit).toEqual(['s']);
  const [histogram] = points(metrics, 'glance_edge.call.duration', 'histogram');
  expect(histogram).toMatchObject({ count: [1n], sum: [1.5] });
  expect(histogram?.bucket_counts?.length).toBe((histogram?.explicit_bounds?.length ?? 0) + 1);
  expectOrdered(histogram);
});

test.each([
  { preference: 'cumulative', temporality: 2n, sums: [1.5, 2] },
  { preference: 'delta', temporality: 1n, sums: [1.5, 0.5] },
])('durations are told as $preference, whoever else reads them', async (asked) => {
  await using collector = await openCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', asked.preference);
  vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '20');
  const { meter, histograms, exemplars, metrics, shutdown } = start(null);
  const underWay = { calls: () => 0, fills: () => 0 };
  const { calls } = createMetrics(meter, { tiers: [], underWay, histograms, exemplars });
  const durations = (): Decoded[] =>
    collector.paths.flatMap((path, at) => {
      if (path !== '/v1/metrics') return [];
      const body = decode(METRICS, collector.bodies[at] ?? Buffer.alloc(0));
      const scopes = parts(parts(body, 'resources')[0] ?? {}, 'scopes');
      const all = scopes.flatMap((scope) => parts(scope, 'metrics'));
      const isThere = all.some(({ name }) => name?.[0] === 'glance_edge.call.duration');
      return isThere ? [named(all, 'glance_edge.call.duration')] : [];
    });
  const told = (): unknown[] =>
    durations().map(
      (metric) => parts(parts(metric, 'histogram')[0] ?? {}, 'data_points')[0]?.sum?.[0],
    );
  calls.ended(callSummary({ durationMs: 1500 }));
  await vi.waitFor(() => expect(told()).toContain(asked.sums[0]));
  calls.ended(callSummary({ durationMs: 500 }));
  await vi.waitFor(() => expect(told()).toContain(asked.sums[1]));
  expect((await metrics(null)).body).toMatch(/call_duration_seconds_sum\{.*\} 2$/m);
  await shutdown(DEADLINE_MS);
  vi.unstubAllEnvs();
  const [first] = durations();
  const [histogram] = parts(first ?? {}, 'histogram');
  expect(histogram).toMatchObject({ aggregation_temporality: [asked.temporality] });
});

test('metrics of several workers are sent by their primary, added up', async () => {
  await using collector = await openCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  const settings = { version: '1.2.3', keep: 0, sample: 1, otlpEndpoint: null, log: SILENT };
  const primary = startPrimaryTelemetry({ ...settings, clock: systemClock });
  for (const durationMs of [1500, 500]) {
    const { meter, histograms, exemplars, takenMetrics, shutdown } = startWorkerTelemetry({
      ...settings,
      workers: 2,
    });
    const underWay = { calls: () => 0, fills: () => 0 };
    const sources = { tiers: [], underWay, histograms, exemplars };
    createMetrics(meter, sources).calls.ended(callSummary({ durationMs }));
    const metrics = await takenMetrics.take();
    primary.add({ metrics, exemplars: exemplars.take(), traces: [] });
    await shutdown(DEADLINE_MS);
  }
  expect(collector.paths).toEqual([]);
  await primary.shutdown(DEADLINE_MS);
  vi.unstubAllEnvs();

  expect(collector.paths).toEqual(['/v1/metrics']);
  const [resource] = parts(decode(METRICS, collector.bodies[0] ?? Buffer.alloc(0)), 'resources');
  const metrics = parts(resource ?? {}, 'scopes').flatMap((scope) => parts(scope, 'metrics'));
  const [calls] = points(metrics, 'glance_edge.calls', 'sum');
  expect(numberIn(calls)).toBe(2);
  expect(attributesIn(calls ?? {})).toMatchObject({ cache: 'hit', status: 200 });
  const [sum] = parts(named(metrics, 'glance_edge.calls'), 'sum');
  expect(sum).toMatchObject({ aggregation_temporality: [2n], is_monotonic: [1n] });
  const [histogram] = points(metrics, 'glance_edge.call.duration', 'histogram');
  expect(histogram).toMatchObject({ count: [2n], sum: [2] });
  expectOrdered(calls);
  expectOrdered(histogram);
});

function named(metrics: readonly Decoded[], name: string): Decoded {
  return metrics.find((metric) => metric.name?.[0] === name) ?? {};
}

function points(metrics: readonly Decoded[], name: string, data: string): readonly Decoded[] {
  return parts(parts(named(metrics, name), data)[0] ?? {}, 'data_points');
}

function numberIn(point: Decoded | undefined): number {
  return Number(point?.as_int?.[0] ?? point?.as_double?.[0]);
}

/** Ids in hexadecimal. */
function plain(message: Decoded | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message ?? {}).map(([name, values]) => [
      name,
      values.map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : value)),
    ]),
  );
}

function expectOrdered(message: Decoded | undefined): void {
  const start = message?.start_time_unix_nano?.[0];
  const end = message?.end_time_unix_nano?.[0] ?? message?.time_unix_nano?.[0];
  expect(Number(start)).toBeGreaterThan(1e18);
  expect(Number(end)).toBeGreaterThanOrEqual(Number(start));
}
