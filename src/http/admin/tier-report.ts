// How full a tier is, as the admin face tells it.
import type { MeasuredTier, TierName, TierUsage } from '../../ports/tier.ts';

export interface TierReport extends TierUsage {
  readonly name: TierName;
  /** Share of the bound that is used, 0 to 1; null where the bound is somebody else's. */
  readonly fullness: number | null;
}

export function tierReport(tier: MeasuredTier): TierReport {
  const usage = tier.usage();
  const { bytes, maxBytes } = usage;
  // A bound of 0 holds nothing and is full.
  const fullness = maxBytes === null ? null : maxBytes === 0 ? 1 : bytes / maxBytes;
  return { name: tier.name, ...usage, fullness };
}
