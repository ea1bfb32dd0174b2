// What is so at the moment of asking: calls and fills under way, and how full the tiers are.
import type { Meter } from '@opentelemetry/api';
import type { MeasuredTier } from '../../ports/tier.ts';

/** Counts of work that has begun and not ended. */
export interface UnderWay {
  calls(): number;
  fills(): number;
}

export function observeGauges(
  meter: Meter,
  tiers: readonly MeasuredTier[],
  underWay: UnderWay,
): void {
  meter
    .createObservableGauge('glance_edge.calls.under_way', {
      description: 'Calls whose last byte has not left yet.',
    })
    .addCallback((observed) => observed.observe(underWay.calls()));
  meter
    .createObservableGauge('glance_edge.fills.under_way', {
      description: 'Fills that have not ended yet.',
    })
    .addCallback((observed) => observed.observe(underWay.fills()));
  observeTiers(meter, tiers);
}

function observeTiers(meter: Meter, tiers: readonly MeasuredTier[]): void {
  const used = meter.createObservableGauge('glance_edge.tier.used', {
    description: 'Bytes that a tier holds.',
    unit: 'By',
  });
  const limit = meter.createObservableGauge('glance_edge.tier.limit', {
    description: 'Bytes that a tier may hold; absent where the bound is not ours.',
    unit: 'By',
  });
  const entries = meter.createObservableGauge('glance_edge.tier.entries', {
    description: 'Entries that a tier holds.',
  });
  // One callback for the three, so that they are of one moment.
  meter.addBatchObservableCallback(
    (observed) => {
      for (const tier of tiers) {
        const usage = tier.usage();
        const labels = { tier: tier.name };
        observed.observe(used, usage.bytes, labels);
        observed.observe(entries, usage.entries, labels);
        if (usage.maxBytes !== null) observed.observe(limit, usage.maxBytes, labels);
      }
    },
    [used, limit, entries],
  );
}
