// The event loop: the longest that any gateway of this run stood still.
import type { Row } from '../row.ts';

const BOUND_MS = 30;

export const eventLoop: Row = {
  name: 'event-loop',
  title: 'Longest stall of the event loop in the rows before',
  run: async ({ stalls }) => {
    const all = stalls.all();
    if (all.length === 0) return { kind: 'skipped', why: 'no row before it ran a gateway' };
    return {
      kind: 'measured',
      how: 'sampled every 5 ms inside the gateway, the start left out; what is far above the CPU of one turn is the machine’s doing (two cores are shared with the load client and the origin) or a call that blocks',
      comparisons: [],
      discarded: [],
      facts: all.flatMap(({ row, gateway, longestMs, p999Ms, longestCpuMs }) => [
        { name: `${row}, ${gateway}: longest`, value: longestMs, unit: 'ms', atMost: BOUND_MS },
        {
          name: `${row}, ${gateway}: most CPU in one turn`,
          value: longestCpuMs,
          unit: 'ms',
          atMost: null,
        },
        { name: `${row}, ${gateway}: 99.9 %`, value: p999Ms, unit: 'ms', atMost: null },
      ]),
    };
  },
};
