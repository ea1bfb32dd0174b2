// Metrics as a scraper sees them: names, units, labels, and series that stay few.
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/node/runtime.ts';
import { createExemplars } from '../../../src/adapters/otel/exemplars.ts';
import { createHistograms } from '../../../src/adapters/otel/histograms.ts';
import {
  CALL_DURATION,
  createMetrics,
  DURATION_BUCKETS,
  type MetricSources,
} from '../../../src/adapters/otel/metrics.ts';
import { wantsOpenMetrics } from '../../../src/adapters/otel/metrics-format.ts';
import { createPrometheusText } from '../../../src/adapters/otel/prometheus.ts';
import { createSummedMetrics } from '../../../src/adapters/otel/summed-metrics.ts';
import type { CallObserver, Counters } from '../../../src/ports/call-observer.ts';
import type { Tier } from '../../../src/ports/tier.ts';
import { callSummary } from '../../support/call-summary.ts';

interface Bench {
  readonly calls: CallObserver;
  readonly counters: Counters;
  /** The sample lines of the metrics whose name begins so. */
  readonly lines: (prefix: string) => Promise<string[]>;
  readonly text: (accept?: string) => Promise<string>;
}

function open(sources: Partial<MetricSources> = {}): Bench {
  const exemplars = createExemplars(DURATION_BUCKETS);
  const histograms = createHistograms();
  const catchUp = (): void => sums.add(histograms.take());
  const sums = createSummedMetrics('1.2.3', systemClock, { catchUp });
  const prometheus = createPrometheusText(new Map([[CALL_DURATION, exemplars]]), [sums.producer]);
  const provider = new MeterProvider({ readers: [prometheus.reader] });
  const metrics = createMetrics(provider.getMeter('test'), {
    tiers: [],
    underWay: { calls: () => 0, fills: () => 0 },
    histograms,
    exemplars,
    ...sources,
  });
  const text = async (accept: string | null = null): Promise<string> =>
    (await prometheus.collect(accept)).body;
  return {
    ...metrics,
    text,
    lines: async (prefix) =>
      (await text()).split('\n').filter((line) => line.startsWith(`${prefix}`)),
  };
}

test('a call is counted by what became of it', async () => {
  const { calls, lines } = open();
  calls.ended(callSummary());
  calls.ended(callSummary());
  calls.ended(
    callSummary({
      status: 503,
      region: null,
      cacheStatus: 'glance-edge; fwd=uri-miss; fwd-status=500; collapsed',
      ended: 'destroyed',
      failure: 'origin-cut',
    }),
  );
  const route = 'method="GET",route="/v2/images/{image_id}/file"';
  expect(await lines('glance_edge_calls_total')).toEqual([
    `glance_edge_calls_total{${route},region="RegionOne",cache="hit",detail="memory",status="200",ended="complete",failure="none"} 2`,
    `glance_edge_calls_total{${route},region="none",cache="uri-miss",detail="collapsed",status="503",ended="destroyed",failure="origin-cut"} 1`,
  ]);
});

test('durations are in seconds, and a call without a body has no first byte', async () => {
  const { calls, lines } = open();
  calls.ended(callSummary({ durationMs: 1500, ttfbMs: 3 }));
  calls.ended(callSummary({ durationMs: 500 }));
  expect((await lines('glance_edge_call_duration_seconds_sum'))[0]).toMatch(/ 2$/);
  expect((await lines('glance_edge_call_time_to_first_byte_seconds_sum'))[0]).toMatch(/ 0.003$/);
  expect((await lines('glance_edge_call_time_to_first_byte_seconds_count'))[0]).toMatch(/ 1$/);
});

test('bytes are counted by where they came from and where they went', async () => {
  const { calls, lines } = open();
  const tierBytes = { memory: 10, disk: 20, redis: 0, origin: 30 };
  calls.ended(callSummary({ tierBytes, bytesSent: 60, bytesReceived: 5, originAttempts: 2 }));
  expect(await lines('glance_edge_image_data_served_bytes_total')).toEqual([
    'glance_edge_image_data_served_bytes_total{source="memory",region="RegionOne"} 10',
    'glance_edge_image_data_served_bytes_total{source="disk",region="RegionOne"} 20',
    'glance_edge_image_data_served_bytes_total{source="origin",region="RegionOne"} 30',
  ]);
  expect((await lines('glance_edge_call_sent_bytes_total'))[0]).toMatch(/ 60$/);
  expect((await lines('glance_edge_call_received_bytes_total'))[0]).toMatch(/ 5$/);
  expect(await lines('glance_edge_origin_attempts_total')).toEqual([
    'glance_edge_origin_attempts_total{region="RegionOne"} 2',
  ]);
});

test('what a client may choose freely makes no series of its own', async () => {
  const { calls, lines } = open();
  for (let n = 0; n < 50; n += 1) {
    calls.ended(
      callSummary({
        method: `BREW${n}`,
        cacheStatus: `glance-edge; fwd=bypass; ttl=${n}; detail=Reason${n}`,
        imageId: `image-${n}`,
        requestId: `req-${n}`,
      }),
    );
  }
  const [only, ...others] = await lines('glance_edge_calls_total');
  expect(only).toContain('method="_OTHER"');
  expect(only).toContain('cache="bypass",detail="other"');
  expect(others).toEqual([]);
});

test('a call without Cache-Status is counted under none', async () => {
  const { calls, lines } = open();
  calls.ended(callSummary({ cacheStatus: null }));
  expect((await lines('glance_edge_calls_total'))[0]).toContain('cache="none",detail="none"');
});

test('tiers are observed when asked, a bound that is not ours is absent', async () => {
  const tiers = [tier('disk', 10, 100), tier('redis', 7, null)];
  const { lines } = open({ tiers });
  expect(await lines('glance_edge_tier')).toEqual([
    'glance_edge_tier_used_bytes{tier="disk"} 10',
    'glance_edge_tier_used_bytes{tier="redis"} 7',
    'glance_edge_tier_limit_bytes{tier="disk"} 100',
    'glance_edge_tier_entries{tier="disk"} 3',
    'glance_edge_tier_entries{tier="redis"} 3',
  ]);
});

test('what is under way is as many as at the moment of asking', async () => {
  let calls = 4;
  const { lines } = open({ underWay: { calls: () => calls, fills: () => 2 } });
  expect(await lines('glance_edge_calls_under_way')).toEqual(['glance_edge_calls_under_way 4']);
  calls = 0;
  expect(await lines('glance_edge_calls_under_way')).toEqual(['glance_edge_calls_under_way 0']);
  expect(await lines('glance_edge_fills_under_way')).toEqual(['glance_edge_fills_under_way 2']);
});

test('every event is counted under its own name and labels', async () => {
  const { counters, lines } = open();
  const region = 'RegionOne';
  counters.count('tier_trouble', { tier: 'redis', act: 'lookup' });
  counters.count('tier_trouble', { tier: 'redis', act: 'lookup' });
  counters.count('tier_lookup', { tier: 'disk', answer: 'hit' });
  counters.count('tier_refusal', { tier: 'disk', reason: 'full' });
  counters.count('tier_eviction', { tier: 'disk' }, 3);
  counters.count('tier_evicted_bytes', { tier: 'disk' }, 4096);
  counters.count('fill', { region, ended: 'complete' });
  counters.count('fill_resumed', { region });
  counters.count('data_mismatch', { region });
  counters.count('grant', { region, answer: 'refused' });
  counters.count('record', { region, answer: 'fresh' });
  counters.count('failover', { region });
  expect(await lines('glance_edge')).toEqual(
    expect.arrayContaining([
      'glance_edge_tier_trouble_total{tier="redis",act="lookup"} 2',
      'glance_edge_tier_lookups_total{tier="disk",answer="hit"} 1',
      'glance_edge_tier_refusals_total{tier="disk",reason="full"} 1',
      'glance_edge_tier_evictions_total{tier="disk"} 3',
      'glance_edge_tier_evicted_bytes_total{tier="disk"} 4096',
      'glance_edge_fills_total{region="RegionOne",ended="complete"} 1',
      'glance_edge_fill_resumptions_total{region="RegionOne"} 1',
      'glance_edge_data_mismatches_total{region="RegionOne"} 1',
      'glance_edge_grants_total{region="RegionOne",answer="refused"} 1',
      'glance_edge_records_total{region="RegionOne",answer="fresh"} 1',
      'glance_edge_failovers_total{region="RegionOne"} 1',
    ]),
  );
});

test('every metric is explained, and the text is the plain format', async () => {
  const { calls, text } = open({ tiers: [tier('disk', 1, 2)] });
  calls.ended(callSummary({ ttfbMs: 1, bytesSent: 1 }));
  const all = await text();
  const named = [...all.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  for (const name of named) expect(all).toMatch(new RegExp(`^# HELP ${name} \\S+ \\S+`, 'm'));
  expect(all).not.toContain('description missing');
  expect(all).not.toContain('# UNIT');
});

function tier(name: Tier['name'], bytes: number, maxBytes: number | null): Tier {
  return {
    name,
    lookup: () => Promise.resolve({ kind: 'miss' }),
    lookupPart: () => Promise.resolve({ kind: 'miss' }),
    store: () => Promise.resolve({ kind: 'stored', evicted: null }),
    remove: () => Promise.resolve(true),
    usage: () => ({ bytes, maxBytes, entries: 3 }),
  };
}

test('as OpenMetrics the duration of a call leads to its trace', async () => {
  const { calls, text } = open();
  calls.ended(callSummary({ durationMs: 30, traceId: 'a'.repeat(32) }));
  calls.ended(callSummary({ durationMs: 40, traceId: 'b'.repeat(32) }));
  calls.ended(callSummary({ durationMs: 700_000, traceId: 'c'.repeat(32) }));
  const answered = await text('application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3');
  const lines = answered.split('\n');
  const family = 'glance_edge_call_duration_seconds';
  expect(lines).toEqual(
    expect.arrayContaining([`# TYPE ${family} histogram`, `# UNIT ${family} seconds`]),
  );
  const bucket = (le: string) => {
    const line = lines.find(
      (one) => one.startsWith(`${family}_bucket`) && one.includes(`le="${le}"`),
    );
    return line?.replace(/^.*\} (\d+)( # .*)?$/, '$1$2').replace(/ \d{10}\.\d{3}$/, ' <time>');
  };
  expect(bucket('0.025')).toBe('0');
  expect(bucket('0.1')).toBe(`2 # {trace_id="${'b'.repeat(32)}"} 0.04 <time>`);
  expect(bucket('1.0')).toBe('2');
  expect(bucket('900.0')).toBe(`3 # {trace_id="${'c'.repeat(32)}"} 700 <time>`);
  expect(bucket('+Inf')).toBe('3');
  expect(answered).toMatch(/^# TYPE glance_edge_calls counter$/m);
  expect(answered).toMatch(/^glance_edge_calls_total\{.*\} 3$/m);
  expect(answered.endsWith('\n# EOF\n')).toBe(true);
  expect(lines.slice(0, -1).filter((line) => !OPEN_METRICS_LINE.test(line))).toEqual([]);
});

/** By the grammar of OpenMetrics 1.0, but for what never occurs here: timestamps of samples. */
const OPEN_METRICS_LINE =
  /^(# EOF|# (TYPE|UNIT|HELP) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="([^"\\\n]|\\[n"\\])*"(,[a-z_]+="([^"\\\n]|\\[n"\\])*")*\})? [\d.e+-]+( # \{trace_id="[0-9a-f]{32}"\} [\d.e+-]+ [\d.]+)?)$/;

test.each([
  [null, false],
  ['*/*', false],
  ['text/plain', false],
  ['application/openmetrics-text', true],
  ['application/openmetrics-text; q=0.2, text/plain', false],
  ['application/openmetrics-text; q=0', false],
  ['text/plain;q=0.5, APPLICATION/OpenMetrics-Text ; version=1.0.0 ; q=0.5', true],
])('a scraper that accepts %s', (accept, open) => {
  expect(wantsOpenMetrics(accept)).toBe(open);
});
