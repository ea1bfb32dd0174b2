// Calls and events as OpenTelemetry metrics. Labels are closed words and configured names, in the
// words of Cache-Status; whatever passes 2,000 series is folded into one overflow series.
import type { Histogram, Meter } from '@opentelemetry/api';
import { isKnownMethod } from '../../core/http-method.ts';
import type { CallObserver, CallSummary, Counters } from '../../ports/call-observer.ts';
import type { MeasuredTier } from '../../ports/tier.ts';
import { cacheWords } from './cache-words.ts';
import { createCounters } from './counters.ts';
import type { Exemplars } from './exemplars.ts';
import { observeGauges, type UnderWay } from './gauges.ts';
import { createTally, type Tally } from './tally.ts';

export interface MetricSources {
  readonly tiers: readonly MeasuredTier[];
  readonly underWay: UnderWay;
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
  return { calls: createCallMetrics(meter, sources.exemplars), counters: createCounters(meter) };
}

function createCallMetrics(meter: Meter, exemplars: Exemplars): CallObserver {
  const instruments = callInstruments(meter);
  return {
    ended(summary) {
      const { method, region } = boundedNames(summary);
      const route = { method, route: summary.route, region };
      const { status, ended } = summary;
      const failure = summary.failure ?? 'none';
      instruments.calls.add(1, {
        ...route,
        ...cacheWords(summary.cacheStatus),
        status,
        ended,
        failure,
      });
      const timed = { ...route, status };
      const value = summary.durationMs / 1000;
      instruments.duration.record(value, timed);
      exemplars.told(timed, { traceId: summary.traceId, value, time: Date.now() });
      if (summary.ttfbMs !== null) {
        instruments.firstByte.record(summary.ttfbMs / 1000, timed);
      }
      instruments.sent.add(summary.bytesSent, route);
      instruments.received.add(summary.bytesReceived, route);
      instruments.attempts.add(summary.originAttempts, { region });
      for (const [source, bytes] of Object.entries(summary.tierBytes)) {
        instruments.served.add(bytes, { source, region });
      }
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

function callInstruments(meter: Meter): CallInstruments {
  const seconds = (description: string, explicitBucketBoundaries: readonly number[]) => ({
    description,
    unit: 's',
    advice: { explicitBucketBoundaries: [...explicitBucketBoundaries] },
  });
  return {
    calls: createTally(meter, 'glance_edge.calls', {
      description: 'Calls that have ended, by what became of them.',
    }),
    duration: meter.createHistogram(
      CALL_DURATION,
      seconds("From a call's head to the last byte of its answer.", DURATION_BUCKETS),
    ),
    firstByte: meter.createHistogram(
      'glance_edge.call.time_to_first_byte',
      seconds("From a call's head to the first byte of its answer's body.", FIRST_BYTE_BUCKETS),
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
