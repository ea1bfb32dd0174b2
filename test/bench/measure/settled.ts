// Waits until servers have nothing left to do: what one side still does in the background (exporting,
// writing to its disk) must not be measured as the other's slowness.
import { setTimeout } from 'node:timers/promises';
import { cpuSeconds, readCpu } from './process-tree.ts';

const LOOK_MS = 100;
/** Of one look: below it, only timers run. */
const IDLE_SHARE = 0.05;
/** Twice the longest that a batch of spans waits. */
const PATIENCE_MS = 10_000;

/** Resolves when all of them are idle, or after 10 seconds. */
export async function settled(servers: readonly { readonly pid: number }[]): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (let busy = true; busy && Date.now() < until; ) {
    const before = servers.map(({ pid }) => readCpu(pid));
    await setTimeout(LOOK_MS);
    busy = servers.some(({ pid }, at) => {
      const used = cpuSeconds(before[at] ?? new Map(), readCpu(pid));
      return used * 1000 > LOOK_MS * IDLE_SHARE;
    });
  }
}
