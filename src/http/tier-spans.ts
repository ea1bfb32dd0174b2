// The lookups of a call or a fill as spans: one for each tier that was asked, however many chunks the
// answer has.
import type { TierSum } from '../cache/tier-tally.ts';
import type { TraceContext } from '../ports/call.ts';
import type { GatewayTracing } from '../ports/tracing.ts';

export function spanTiers(
  tracing: GatewayTracing,
  parent: TraceContext,
  sums: readonly TierSum[],
): void {
  for (const sum of sums) {
    const attributes = {
      'glance_edge.tier.name': sum.tier,
      'glance_edge.tier.lookups': sum.lookups,
      'glance_edge.tier.hits': sum.hits,
      'glance_edge.tier.misses': sum.misses,
      'glance_edge.tier.failures': sum.failures || undefined,
      'glance_edge.tier.bytes': sum.bytes || undefined,
      'glance_edge.tier.slowest_ms': sum.slowestMs,
      'glance_edge.tier.busy_ms': sum.busyMs,
    };
    const { tier, startedAt, endedAt } = sum;
    tracing.child(parent, `tier ${tier}`, 'internal', attributes, startedAt).end(endedAt);
  }
}
