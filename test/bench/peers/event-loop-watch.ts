// Listens to this process's event loop: how late it is, and whether that was its own work. A stall
// without CPU of its own is the machine's doing, or a call that blocks.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface LoopFigures {
  /** Milliseconds beyond the sampling interval. */
  readonly longestMs: number;
  readonly p999Ms: number;
  /** The most CPU that the loop's thread has used between two samples, in milliseconds. */
  readonly longestCpuMs: number;
}

/** Fine enough for the bound of 30 ms, and two hundred wake-ups a second are no load. */
const RESOLUTION_MS = 5;

/** Figures since the last call, or since the start. */
export function watchEventLoop(): () => LoopFigures {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let longestCpu = 0;
  let before = threadCpu();
  setInterval(() => {
    const now = threadCpu();
    longestCpu = Math.max(longestCpu, now - before);
    before = now;
  }, RESOLUTION_MS).unref();
  const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return () => {
    const longestMs = beyond(delay.max);
    const p999Ms = beyond(delay.percentile(99.9));
    const longestCpuMs = longestCpu;
    delay.reset();
    longestCpu = 0;
    return { longestMs, p999Ms, longestCpuMs };
  };
}

function threadCpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
