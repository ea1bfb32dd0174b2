// How often a scenario is repeated, and the chance that each repetition has its own trouble by.

const wanted = process.env.GLANCE_EDGE_RUNS;

/** `GLANCE_EDGE_RUNS`, else a few: enough to notice, not enough to wait for. */
export const RUNS = wanted === undefined ? 3 : Number(wanted);

/** Whether somebody asked for the figures of an acceptance. */
export const ACCEPTANCE = wanted !== undefined;

/** Room for all repetitions on a machine that has other things to do. */
export const runsTimeout = (msPerRun: number): number => 20_000 + RUNS * msPerRun;

export interface Chance {
  /** A whole number from `low` up to, not including, `high`. */
  between(low: number, high: number): number;
}

/** The same numbers for the same run, so that a failure can be had again. */
export function chanceOf(run: number): Chance {
  let state = (run + 1) * 0x9e3779b1;
  return {
    between(low, high) {
      // The mixing steps of splitmix32.
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      const share = ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
      return low + Math.floor(share * (high - low));
    },
  };
}
