// Settings of V8's collector for a process that is the gateway, made before its code is optimized.
import { setFlagsFromString } from 'node:v8';

/** Can be called again. */
export function suitCollector(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}

const FLAGS: readonly string[] = [
  // New objects begin in the young generation, whatever became of those made before. The first traces after
  // a start are all held. V8 takes that for the rule and makes the parts of every later span in the old
  // generation, where each dead one keeps what it points to alive: collections of the young generation then
  // took four times as long.
  '--no-allocation-site-pretenuring',
  // One thread alone collects the young generation. Next to nothing of a warm request outlives it: to wake
  // others for that costs more CPU than they save, on cores that clients and workers want too.
  '--no-parallel-scavenge',
];
