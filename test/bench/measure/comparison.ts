// A comparison: one figure of two sides, pair by pair, and the median of the pairs' ratios.
import type { Round } from './rounds.ts';

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** The side that is held against the other. */
  readonly ours: string;
  readonly theirs: string;
  readonly pairs: readonly Pair[];
  /** Median of ours / theirs. */
  readonly ratio: number;
  readonly target: Target | null;
}

export interface Pair {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

/** What the ratio has to be. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface Compared {
  readonly name: string;
  readonly unit: string;
  readonly figure: string;
  readonly ours: string;
  readonly theirs: string;
  readonly target?: Target;
}

export function compare(rounds: readonly Round[], compared: Compared): Comparison {
  const { figure, ours, theirs, name, unit, target = null } = compared;
  const pairs = rounds.map((round): Pair => {
    const [one, other] = [figureOf(round, ours, figure), figureOf(round, theirs, figure)];
    return { ours: one, theirs: other, ratio: one / other };
  });
  const ratio = median(pairs.map((pair) => pair.ratio));
  return { name, unit, ours, theirs, pairs, ratio, target };
}

/** The median of one figure of one side. */
export function typical(rounds: readonly Round[], side: string, figure: string): number {
  return median(rounds.map((round) => figureOf(round, side, figure)));
}

/** Of an even number, the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export function isMet(ratio: number, target: Target): boolean {
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
}

function figureOf(round: Round, side: string, figure: string): number {
  return round[side]?.[figure] ?? Number.NaN;
}
