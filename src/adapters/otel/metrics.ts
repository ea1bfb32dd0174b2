// Calls and events as OpenTelemetry metrics. Labels are closed words and configured names, in the
// words of Cache-Status; whatever passes 2,000 series is folded into one overflow series.
import type { Meter } from '@opentelemetry/api';
import { isKnownMethod } from '../../core/http-method.ts';
import type { ByteSource, CallObserver, CallSummary, Counters } from '../../ports/call-observer.ts';
import type { MeasuredTier } from '../../ports/tier.ts';
import { cacheWords } from './cache-words.ts';
import { createCounters } from './counters.ts';
import type { BoundExemplars, Exemplars } from './exemplars.ts';
import { observeGauges, type UnderWay } from './gauges.ts';
import type { BoundHistogram, Histogram, Histograms } from './histograms.ts';
import { type BoundTally, createTally, type Tally } from './tally.ts';

export interface MetricSources {
  readonly tiers: readonly MeasuredTier[];
  readonly underWay: UnderWay;
  /** Where the durations of calls are recorded: the readers of `meter` know no others. */
  readonly histograms: Histograms;
  /** Of the durations of calls. */
  readonly exemplars: Exemplars;
}

/** What exemplars of durations are kept for. */
export const CALL_DURATION = 'glance_edge.call.duration';

/** Registers every metric of the gateway with `meter`. */
export function createMetrics(
  meter: Meter,
  sources: MetricSources,
): { readonly calls: CallObserver; readonly counters: Counters } {
  observeGauges(meter, sources.tiers, sources.underWay);
  const { histograms, exemplars } = sources;
  return {
    calls: createCallMetrics(callInstruments(meter, histograms), exemplars),
    counters: createCounters(meter),
  };
}

function createCallMetrics(instruments: CallInstruments, exemplars: Exemplars): CallObserver {
  // Most calls are like one before: what they count as is put together once.
  const known = new Map<string, CallSeries>();
  // And most are like the one before of their route: routes are a closed list.
  const lastOf = new Map<string, { readonly labels: CallLabels; readonly series: CallSeries }>();

  function seriesOf(summary: CallSummary): CallSeries {
    const labels = labelsOf(summary);
    const last = lastOf.get(labels.route);
    if (last && isSame(last.labels, labels)) return last.series;
    const series = find(labels);
    lastOf.set(labels.route, { labels, series });
    return series;
  }

  function find(labels: CallLabels): CallSeries {
    const key = Object.values(labels).join(' ');
    const series = known.get(key);
    if (series !== undefined) return series;
    // More than usual calls make: they are put together anew, the counts are elsewhere.
    if (known.size >= MAX_KNOWN) known.clear();
    const bound = bindAll(instruments, exemplars, labels);
    known.set(key, bound);
    return bound;
  }

  return {
    ended(summary) {
      const series = seriesOf(summary);
      const { traceId, ttfbMs, tierBytes } = summary;
      const value = summary.durationMs / 1000;
      series.calls.add(1);
      series.duration.record(value);
      series.exemplars.told({ traceId, value, time: Date.now() });
      if (ttfbMs !== null) series.firstByte.record(ttfbMs / 1000);
      series.sent.add(summary.bytesSent);
      series.received.add(summary.bytesReceived);
      series.attempts.add(summary.originAttempts);
      series.served.memory.add(tierBytes.memory);
      series.served.disk.add(tierBytes.disk);
      series.served.redis.add(tierBytes.redis);
      series.served.origin.add(tierBytes.origin);
    },
  };
}

/** Half of what the SDK takes of one metric; a few dozen are usual. */
const MAX_KNOWN = 1000;

interface CallLabels {
  readonly method: string;
  readonly route: string;
  readonly region: string;
  readonly cache: string;
  readonly detail: string;
  readonly status: number;
  readonly ended: string;
  readonly failure: string;
}

function labelsOf(summary: CallSummary): CallLabels {
  const { method, region } = boundedNames(summary);
  const { cache, detail } = cacheWords(summary.cacheStatus);
  const { route, status, ended } = summary;
  const failure = summary.failure ?? 'none';
  return { method, route, region, cache, detail, status, ended, failure };
}

function isSame(one: CallLabels, other: CallLabels): boolean {
  return (
    one.method === other.method &&
    one.region === other.region &&
    one.cache === other.cache &&
    one.detail === other.detail &&
    one.status === other.status &&
    one.ended === other.ended &&
    one.failure === other.failure
  );
}

/** All that a call counts in. */
interface CallSeries {
  readonly calls: BoundTally;
  readonly duration: BoundHistogram;
  readonly firstByte: BoundHistogram;
  readonly exemplars: BoundExemplars;
  readonly sent: BoundTally;
  readonly received: BoundTally;
  readonly attempts: BoundTally;
  readonly served: Readonly<Record<ByteSource, BoundTally>>;
}

function bindAll(
  instruments: CallInstruments,
  exemplars: Exemplars,
  { method, route, region, status, ...outcome }: CallLabels,
): CallSeries {
  const routed = { method, route, region };
  const timed = { ...routed, status };
  const { cache, detail, ended, failure } = outcome;
  const from = (source: ByteSource): BoundTally => instruments.served.bind({ source, region });
  return {
    calls: instruments.calls.bind({ ...routed, cache, detail, status, ended, failure }),
    duration: instruments.duration.bind(timed),
    firstByte: instruments.firstByte.bind(timed),
    exemplars: exemplars.bind(timed),
    sent: instruments.sent.bind(routed),
    received: instruments.received.bind(routed),
    attempts: instruments.attempts.bind({ region }),
    served: {
      memory: from('memory'),
      disk: from('disk'),
      redis: from('redis'),
      origin: from('origin'),
    },
  };
}

interface CallInstruments {
  readonly calls: Tally;
  readonly duration: Histogram;
  readonly firstByte: Histogram;
  readonly sent: Tally;
  readonly received: Tally;
  readonly served: Tally;
  readonly attempts: Tally;
}

function callInstruments(meter: Meter, histograms: Histograms): CallInstruments {
  const seconds = (name: string, description: string, bounds: readonly number[]): Histogram =>
    histograms.open({ name, description, unit: 's' }, bounds);
  return {
    calls: createTally(meter, 'glance_edge.calls', {
      description: 'Calls that have ended, by what became of them.',
    }),
    duration: seconds(
      CALL_DURATION,
      "From a call's head to the last byte of its answer.",
      DURATION_BUCKETS,
    ),
    firstByte: seconds(
      'glance_edge.call.time_to_first_byte',
      "From a call's head to the first byte of its answer's body.",
      FIRST_BYTE_BUCKETS,
    ),
    sent: bytes(meter, 'glance_edge.call.sent', 'Body bytes sent to clients.'),
    received: bytes(meter, 'glance_edge.call.received', 'Body bytes received from clients.'),
    served: bytes(
      meter,
      'glance_edge.image_data.served',
      'Bytes of image data in answers, by where they came from.',
    ),
    attempts: createTally(meter, 'glance_edge.origin.attempts', {
      description: 'Requests sent to origins for calls.',
    }),
  };
}

function bytes(meter: Meter, name: string, description: string): Tally {
  return createTally(meter, name, { description, unit: 'By' });
}

/** Seconds: from a record out of memory to a large image over a slow WAN. */
export const DURATION_BUCKETS: readonly number[] = [
  0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600,
];

/** Seconds: from memory to an origin that takes its time. */
const FIRST_BYTE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];

/** Clients may send any method they like; OpenTelemetry's word for the rest is `_OTHER`. */
function boundedNames(summary: CallSummary): { method: string; region: string } {
  return {
    method: isKnownMethod(summary.method) ? summary.method : '_OTHER',
    region: summary.region ?? 'none',
  };
}
