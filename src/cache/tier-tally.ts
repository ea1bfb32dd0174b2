// What the lookups of one call or one fill came to, a sum for each tier: a large image is thousands
// of them, and its trace shall stay readable.
import type { TierTry } from '../ports/call.ts';
import type { TierName } from '../ports/tier.ts';

export interface TierSum {
  readonly tier: TierName;
  lookups: number;
  hits: number;
  misses: number;
  failures: number;
  /** What the hits brought. */
  bytes: number;
  slowestMs: number;
  /** All lookups together; those at the same time count twice. */
  busyMs: number;
  /** Of the first lookup, epoch milliseconds. */
  readonly startedAt: number;
  /** Of the last one. */
  endedAt: number;
}

export interface TierTally {
  looked(tries: readonly TierTry[]): void;
  /** In the order in which the tiers were first asked. */
  readonly sums: readonly TierSum[];
}

export function createTierTally(): TierTally {
  const sums: TierSum[] = [];
  return {
    sums,
    looked(tries) {
      for (const one of tries) add(sumOf(sums, one), one);
    },
  };
}

function sumOf(sums: TierSum[], { tier, startedAt, endedAt }: TierTry): TierSum {
  const known = sums.find((sum) => sum.tier === tier);
  if (known) return known;
  const counts = { lookups: 0, hits: 0, misses: 0, failures: 0, bytes: 0 };
  const sum = { tier, ...counts, slowestMs: 0, busyMs: 0, startedAt, endedAt };
  sums.push(sum);
  return sum;
}

function add(sum: TierSum, { answer, bytes, startedAt, endedAt }: TierTry): void {
  const ms = endedAt - startedAt;
  sum.lookups += 1;
  if (answer === 'hit') sum.hits += 1;
  else if (answer === 'miss') sum.misses += 1;
  else sum.failures += 1;
  sum.bytes += bytes;
  sum.busyMs += ms;
  sum.slowestMs = Math.max(sum.slowestMs, ms);
  sum.endedAt = Math.max(sum.endedAt, endedAt);
}
