// How long calls took, in few numbers: a histogram with fixed buckets, as large after a million calls
// as after one.

export interface Durations {
  /** Milliseconds, 0 or more. */
  record(ms: number): void;
  /** What that share of the calls did not exceed, within 5 %, in milliseconds; 0 without calls. */
  quantile(share: number): number;
  readonly max: number;
  counts(): DurationCounts;
  /** Adds what was counted elsewhere. */
  add(counts: DurationCounts): void;
}

/** What was recorded, as plain values. Percentiles can't be added up; these can. */
export interface DurationCounts {
  /** Buckets that hold something, each with the number of calls in it. */
  readonly buckets: readonly (readonly [bucket: number, calls: number])[];
  readonly max: number;
}

/** Below this a call is as fast as the clock can tell. */
const FIRST_BOUND_MS = 0.1;
/** Eight buckets for each doubling are 9 % apart: their middle is at most 4.5 % from any value. */
const PER_DOUBLING = 8;
/** 30 doublings of 0.1 ms are 30 hours, in two kilobytes. */
const BUCKETS = 30 * PER_DOUBLING;

export function createDurations(): Durations {
  // 32 bits would be full after some days of a busy gateway.
  const counts = new Float64Array(BUCKETS);
  let total = 0;
  let max = 0;
  function put(bucket: number, calls: number): void {
    counts[bucket] = (counts[bucket] ?? 0) + calls;
    total += calls;
  }

  return {
    record(ms) {
      put(bucketOf(ms), 1);
      max = Math.max(max, ms);
    },
    quantile(share) {
      const rank = Math.max(1, Math.ceil(share * total));
      let seen = 0;
      for (const [bucket, count] of counts.entries()) {
        seen += count;
        if (seen >= rank) return Math.min(max, middleOf(bucket));
      }
      return 0;
    },
    get max() {
      return max;
    },
    counts: () => ({ buckets: [...counts.entries()].filter(([, calls]) => calls > 0), max }),
    add(more) {
      for (const [bucket, calls] of more.buckets) put(bucket, calls);
      max = Math.max(max, more.max);
    },
  };
}

function bucketOf(ms: number): number {
  if (!(ms > FIRST_BOUND_MS)) return 0;
  const bucket = Math.ceil(Math.log2(ms / FIRST_BOUND_MS) * PER_DOUBLING);
  return Math.min(bucket, BUCKETS - 1);
}

function middleOf(bucket: number): number {
  return FIRST_BOUND_MS * 2 ** ((bucket - 0.5) / PER_DOUBLING);
}
