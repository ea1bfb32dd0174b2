// Metrics of several processes: added up they are, to the last line of text, those of one process that
// had done all of it.
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createExemplars, type Exemplars } from '../../../src/adapters/otel/exemplars.ts';
import { observeGauges } from '../../../src/adapters/otel/gauges.ts';
import { createHistograms, type Histograms } from '../../../src/adapters/otel/histograms.ts';
import { createTakenMetrics } from '../../../src/adapters/otel/metric-news.ts';
import {
  CALL_DURATION,
  createMetrics,
  DURATION_BUCKETS,
} from '../../../src/adapters/otel/metrics.ts';
import { createPrometheusText } from '../../../src/adapters/otel/prometheus.ts';
import {
  createSummedMetrics,
  type SummedMetrics,
} from '../../../src/adapters/otel/summed-metrics.ts';
import type { CallObserver, Counters } from '../../../src/ports/call-observer.ts';
import { callSummary } from '../../support/call-summary.ts';
import { createManualTimers } from '../../support/manual-timers.ts';

const OPEN_METRICS = 'application/openmetrics-text';

const NOTHING_UNDER_WAY = { calls: () => 0, fills: () => 0 };

interface Worker {
  readonly calls: CallObserver;
  readonly counters: Counters;
  /** Sends what it has counted since the last time. */
  readonly report: () => Promise<void>;
}

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('report' as const), worker: fc.nat(2) }),
    fc.record({
      kind: fc.constant('call' as const),
      worker: fc.nat(2),
      status: fc.constantFrom(200, 404, 503),
      // Whole ones: sums of others depend on the order that they are added in.
      durationMs: fc.nat(40).map((seconds) => seconds * 1000),
      bytesSent: fc.nat(1_000_000),
    }),
    fc.record({ kind: fc.constant('fill' as const), worker: fc.nat(2) }),
  ),
  { maxLength: 40 },
);

test('the parts add up to the whole', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const all = open();
      const whole = alone();
      const workers = [0, 1, 2].map(() => all.worker());
      for (const step of taken) {
        const worker = workers[step.worker];
        if (step.kind === 'report') await worker?.report();
        for (const { calls, counters } of [whole, ...(worker ? [worker] : [])]) {
          if (step.kind === 'call') calls.ended(callSummary(step));
          if (step.kind === 'fill') counters.count('fill', { region: 'R', ended: 'complete' });
        }
      }
      for (const worker of workers) await worker.report();
      expect(sorted(await all.text())).toEqual(sorted(await whole.text()));
    }),
    { numRuns: 50 },
  );
});

test('what a worker has told stays when it is gone, and a new one counts on from there', async () => {
  const all = open();
  for (const calls of [3, 2]) {
    const worker = all.worker();
    for (let call = 0; call < calls; call += 1) worker.calls.ended(callSummary());
    await worker.report();
    await worker.report();
  }
  expect(sampleOf(await all.text(), 'glance_edge_calls_total')).toBe(5);
  expect(sampleOf(await all.text(), 'glance_edge_call_duration_seconds_count')).toBe(5);
});

test('a worker that has nothing new to tell tells nothing', async () => {
  const { exemplars, metrics, taken } = aWorker();
  metrics.calls.ended(callSummary());
  expect(await taken.take()).not.toEqual([]);
  expect(exemplars.take()).toHaveLength(1);
  expect(await taken.take()).toEqual([]);
  expect(exemplars.take()).toEqual([]);
});

test('examples of durations come along, of whichever worker', async () => {
  const all = open();
  const [one, two] = [all.worker(), all.worker()];
  const [slow, fast] = ['a'.repeat(32), 'b'.repeat(32)];
  one.calls.ended(callSummary({ traceId: slow, durationMs: 2_000 }));
  two.calls.ended(callSummary({ traceId: fast, durationMs: 20 }));
  await one.report();
  await two.report();
  const text = await all.text(OPEN_METRICS);
  expect(text).toMatch(new RegExp(`le="2\\.5"} 2 # {trace_id="${slow}"} 2 `));
  expect(text).toMatch(new RegExp(`le="0\\.025"} 1 # {trace_id="${fast}"} 0\\.02 `));
});

test('series that are too many are folded into one', async () => {
  const sums = createSummedMetrics('1.2.3', createManualTimers(0));
  const { text } = shown(sums, createExemplars([]));
  const metric = { name: 'many', description: 'Many.', unit: '' };
  const series = Array.from({ length: 2_010 }, (_, at) => ({ labels: { at }, value: 1 }));
  sums.add([{ kind: 'counter', metric, series }]);
  sums.add([{ kind: 'counter', metric, series }]);
  const lines = (await text()).split('\n').filter((line) => line.startsWith('many_total'));
  expect(lines).toHaveLength(2_001);
  expect(lines.at(-1)).toBe('many_total{otel_metric_overflow="true"} 20');
});

/** The process that shows what its workers have told. */
function open() {
  const sums = createSummedMetrics('1.2.3', createManualTimers(0));
  const exemplars = createExemplars(DURATION_BUCKETS);
  return {
    text: shown(sums, exemplars).text,
    worker(): Worker {
      const { exemplars: own, metrics, taken } = aWorker();
      return {
        ...metrics,
        async report() {
          sums.add(structuredClone(await taken.take()));
          for (const { labels, ...exemplar } of own.take()) exemplars.told(labels, exemplar);
        },
      };
    },
  };
}

function aWorker() {
  const histograms = createHistograms();
  const taken = createTakenMetrics(() => histograms.take());
  const exemplars = createExemplars(DURATION_BUCKETS);
  const provider = new MeterProvider({ readers: [taken.reader] });
  const metrics = metricsOf(provider, histograms, exemplars);
  return { exemplars, metrics, taken };
}

/** One that shows its own. */
function alone() {
  const exemplars = createExemplars(DURATION_BUCKETS);
  const histograms = createHistograms();
  const catchUp = (): void => sums.add(histograms.take());
  const sums = createSummedMetrics('1.2.3', createManualTimers(0), { catchUp });
  const byName = new Map([[CALL_DURATION, exemplars]]);
  const prometheus = createPrometheusText(byName, [sums.producer]);
  const provider = new MeterProvider({ readers: [prometheus.reader] });
  const text = async () => (await prometheus.collect(null)).body;
  return { ...metricsOf(provider, histograms, exemplars), text };
}

function shown(sums: SummedMetrics, exemplars: Exemplars) {
  const byName = new Map([[CALL_DURATION, exemplars]]);
  const prometheus = createPrometheusText(byName, [sums.producer]);
  const provider = new MeterProvider({ readers: [prometheus.reader] });
  observeGauges(provider.getMeter('test'), [], NOTHING_UNDER_WAY);
  return { text: async (accept: string | null = null) => (await prometheus.collect(accept)).body };
}

function metricsOf(provider: MeterProvider, histograms: Histograms, exemplars: Exemplars) {
  const sources = { tiers: [], underWay: NOTHING_UNDER_WAY, histograms, exemplars };
  return createMetrics(provider.getMeter('test'), sources);
}

/** The order is that in which things first happened: of the parts another one than of the whole. */
function sorted(text: string): string[] {
  return text.split('\n').sort();
}

function sampleOf(text: string, name: string): number {
  const line = text.split('\n').find((sample) => sample.startsWith(`${name}{`));
  return Number(line?.split(' ').at(-1));
}
