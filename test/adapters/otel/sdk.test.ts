// The SDK as the entry starts it: spans on the trace page and at a collector, metrics at both, and
// a collector that is away harming nobody.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/adapters/node/runtime.ts';
import {
  startTelemetry,
  type Telemetry,
  type TelemetrySettings,
} from '../../../src/adapters/otel/sdk.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { Log } from '../../../src/ports/log.ts';
import { openCollector } from './collector.ts';

const DEADLINE_MS = 10_000;
const WAIT = { timeout: DEADLINE_MS, interval: 5 };

const started: Telemetry[] = [];

function start(settings: Partial<TelemetrySettings> = {}): Telemetry & { lines: string[] } {
  const lines: string[] = [];
  const note = (_fields: object, message: string): void => void lines.push(message);
  const log: Log = { info: note, warn: note, error: note };
  const telemetry = startTelemetry({
    version: '1.2.3',
    keep: 10,
    sample: 1,
    otlpEndpoint: null,
    log,
    clock: systemClock,
    ...settings,
  });
  started.push(telemetry);
  return { ...telemetry, lines };
}

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map((telemetry) => telemetry.shutdown(0)));
});

test('spans reach the collector of the configuration, with their trace id and names', async () => {
  await using collector = await openCollector();
  const { tracing, shutdown } = start({ otlpEndpoint: `${collector.url}/` });
  const call = tracing.server('GET /v2/images', [], {});
  const child = tracing.child(call.context, 'origin', 'client', {});
  child.end();
  call.end();
  await shutdown(DEADLINE_MS);

  expect(collector.paths).toEqual(['/v1/traces']);
  expect(collector.spans).toEqual([
    { traceId: call.context.traceId, spanId: child.context.spanId, name: 'origin' },
    { traceId: call.context.traceId, spanId: call.context.spanId, name: 'GET /v2/images' },
  ]);
  expect(collector.resource).toContain('service.name=glance-edge');
  expect(collector.resource).toContain('service.version=1.2.3');
});

test('the standard variables send spans and metrics, and name the service', async () => {
  await using collector = await openCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  vi.stubEnv('OTEL_SERVICE_NAME', 'edge-of-site-7');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'site=7');
  const { tracing, meter, shutdown } = start();
  tracing.server('GET', [], {}).end();
  meter.createCounter('seen').add(1);
  await shutdown(DEADLINE_MS);

  expect(collector.spans.map(({ name }) => name)).toEqual(['GET']);
  expect(collector.metricNames).toContain('seen');
  expect(collector.resource).toContain('service.name=edge-of-site-7');
  expect(collector.resource).toContain('site=7');
});

test.each([
  ['OTEL_SDK_DISABLED', 'true'],
  ['OTEL_TRACES_EXPORTER', 'none'],
])('%s=%s stops the export of spans, not the trace page', async (variable, value) => {
  await using collector = await openCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  vi.stubEnv(variable, value);
  const { tracing, traces, shutdown } = start();
  tracing.server('GET', [], {}).end();
  expect(await traces.list({ limit: 5 })).toHaveLength(1);
  await shutdown(DEADLINE_MS);
  expect(collector.spans).toEqual([]);
});

test('what is not sampled is on the trace page, not at the collector', async () => {
  await using collector = await openCollector();
  const { tracing, traces, shutdown } = start({ sample: 0, otlpEndpoint: collector.url });
  const wished = (digit: string): HeaderList => [
    ['traceparent', `00-${digit.repeat(32)}-${'b'.repeat(16)}-01`],
  ];
  tracing.server('own', [], {}).end();
  tracing.server("a stranger's wish", wished('a'), {}).end();
  tracing.server('proved', wished('c'), {}, 'trusted').end();
  expect(await traces.list({ limit: 5 })).toHaveLength(3);
  await shutdown(DEADLINE_MS);
  expect(collector.spans.map(({ name }) => name)).toEqual(['proved']);
});

test('a collector that refuses costs one log line, and one more when it is back', async () => {
  await using collector = await openCollector();
  vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '1');
  const { tracing, lines, shutdown } = start({ otlpEndpoint: collector.url });
  const call = (): void => tracing.server('GET', [], {}).end();

  collector.answerWith(400);
  call();
  await vi.waitUntil(() => lines.length === 1, WAIT);
  call();
  await vi.waitUntil(() => collector.paths.length === 2, WAIT);
  collector.answerWith(200);
  call();
  await shutdown(DEADLINE_MS);

  expect(collector.spans.length).toBeGreaterThan(0);
  expect(lines).toEqual([
    'The OTLP collector takes no telemetry.',
    'The OTLP collector takes telemetry again.',
  ]);
});

test('a dead collector disturbs neither calls nor metrics nor the end', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', await deadAddress());
  // The exporter tries again until its time is up; nothing here waits for a clock.
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '100');
  const rejected: unknown[] = [];
  const note = (cause: unknown): void => void rejected.push(cause);
  process.on('unhandledRejection', note);

  const { tracing, traces, metrics, lines, shutdown } = start();
  for (let n = 0; n < 3000; n += 1) tracing.server('GET', [], {}).end();
  expect(await traces.list({ limit: 100 })).toHaveLength(10);
  expect((await metrics(null)).body).toContain('target_info');
  await expect(shutdown(DEADLINE_MS)).resolves.toBeUndefined();
  await expect(shutdown(DEADLINE_MS)).resolves.toBeUndefined();

  process.off('unhandledRejection', note);
  expect(lines).toEqual(expect.arrayContaining(['The OTLP collector takes no telemetry.']));
  expect(rejected).toEqual([]);
});

test('the end waits for a silent collector until the deadline only', async () => {
  const silent = createServer(() => {
    // Takes the request and never answers.
  });
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  const { port } = silent.address() as AddressInfo;
  const { tracing, shutdown } = start({ otlpEndpoint: `http://127.0.0.1:${port}` });
  tracing.server('GET', [], {}).end();
  await expect(shutdown(1)).resolves.toBeUndefined();
  silent.close();
  silent.closeAllConnections();
});

/** An address where nothing listens: the system gave the port out and has it back. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return `http://127.0.0.1:${port}`;
}

test('with no trace kept and no collector, spans are nothing but their ids', () => {
  const { tracing, traces } = start({ keep: 0 });
  const call = tracing.server('GET', [], {});
  const child = tracing.child(call.context, 'record', 'internal', {});
  child.end();
  call.end();
  expect(call.context.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(child.context).toBe(call.context);
  expect(traces.get(call.context.traceId)).toBeNull();
});
