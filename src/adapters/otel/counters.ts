// Counted events as OpenTelemetry counters, one for each name in the port. Counting is adding to a
// number: warm reads count several events each, and the SDK looks only when somebody asks.
import type { Meter } from '@opentelemetry/api';
import type { CountedEvent, Counters } from '../../ports/call-observer.ts';

export function createCounters(meter: Meter): Counters {
  const events = new Map<string, Map<string, Series>>();
  for (const [name, { metric, description }] of Object.entries(EVENTS)) {
    const series = new Map<string, Series>();
    events.set(name, series);
    meter.createObservableCounter(metric, { description }).addCallback((observed) => {
      for (const { labels, count } of series.values()) observed.observe(count, labels);
    });
  }
  return {
    count(name, labels) {
      const series = events.get(name);
      // Each event is counted in one place, so that its labels come in one order.
      const key = Object.values(labels).join('\n');
      const known = series?.get(key);
      if (known) known.count += 1;
      else series?.set(key, { labels: { ...labels }, count: 1 });
    },
  };
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  count: number;
}

const EVENTS: Readonly<Record<CountedEvent, { metric: string; description: string }>> = {
  tier_trouble: {
    metric: 'glance_edge.tier.trouble',
    description: 'Times that a tier failed; each was a slow miss to its client.',
  },
  tier_lookup: { metric: 'glance_edge.tier.lookups', description: 'Lookups that a tier answered.' },
  tier_refusal: {
    metric: 'glance_edge.tier.refusals',
    description: 'Entries that a tier would not take.',
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
