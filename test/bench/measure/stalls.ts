// The longest that the gateway's event loop stood still, row by row; the row on the event loop tells.

export interface Stall {
  readonly row: string;
  readonly gateway: string;
  /** Milliseconds beyond the sampling interval. */
  readonly longestMs: number;
  readonly p999Ms: number;
  /** The most CPU that the loop's thread has used between two samples. */
  readonly longestCpuMs: number;
}

export interface StallLog {
  add(stall: Omit<Stall, 'row'>): void;
  /** What is added from here on belongs to that row. */
  enter(row: string): void;
  all(): readonly Stall[];
}

export function createStallLog(): StallLog {
  const stalls: Stall[] = [];
  let current = '';
  return {
    add: (stall) => void stalls.push({ ...stall, row: current }),
    enter(row) {
      current = row;
    },
    all: () => stalls,
  };
}
