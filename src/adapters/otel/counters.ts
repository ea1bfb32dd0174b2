// Counted events as OpenTelemetry counters, one for each name in the port.
import type { Meter } from '@opentelemetry/api';
import type { CountedEvent, Counters } from '../../ports/call-observer.ts';
import { createTally, type Tally } from './tally.ts';

export function createCounters(meter: Meter): Counters {
  const tallies = new Map<string, Tally>();
  for (const [name, { metric, ...options }] of Object.entries(EVENTS)) {
    tallies.set(name, createTally(meter, metric, options));
  }
  return {
    // Each event is counted in one place, so that its labels come in one order.
    count: (name, labels, times = 1) => tallies.get(name)?.add(times, labels),
  };
}

interface CountedMetric {
  readonly metric: string;
  readonly description: string;
  readonly unit?: string;
}

const EVENTS: Readonly<Record<CountedEvent, CountedMetric>> = {
  tier_trouble: {
    metric: 'glance_edge.tier.trouble',
    description: 'Times that a tier failed; each was a slow miss to its client.',
  },
  tier_lookup: { metric: 'glance_edge.tier.lookups', description: 'Lookups that a tier answered.' },
  tier_refusal: {
    metric: 'glance_edge.tier.refusals',
    description: 'Entries that a tier would not take.',
  },
  tier_eviction: {
    metric: 'glance_edge.tier.evictions',
    description:
      'Entries that a tier forgot to take others; absent where that is not ours to know.',
  },
  tier_evicted_bytes: {
    metric: 'glance_edge.tier.evicted',
    description: 'Bytes of those entries.',
    unit: 'By',
  },
  fill: { metric: 'glance_edge.fills', description: 'Fills that have ended.' },
  fill_resumed: {
    metric: 'glance_edge.fill.resumptions',
    description: 'Times that a fill went on after its origin had cut it off.',
  },
  data_mismatch: {
    metric: 'glance_edge.data_mismatches',
    description: 'Fills whose bytes did not have the size or the hash of their record.',
  },
  grant: {
    metric: 'glance_edge.grants',
    description: "Times that a caller's right to image data was asked for.",
  },
  record: { metric: 'glance_edge.records', description: 'Image records that were needed.' },
  failover: {
    metric: 'glance_edge.failovers',
    description: "Times that an endpoint was passed over for the region's next one.",
  },
  osprofiler_refused: {
    metric: 'glance_edge.osprofiler.refusals',
    description: "Calls whose osprofiler headers were ignored: unsigned, or not osprofiler's.",
  },
};
