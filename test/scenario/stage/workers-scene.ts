// One origin, and one gateway of two workers (or more) in front of it, for the length of a test.
import { onTestFinished } from 'vitest';
import type { TroubleOrigin, TroubleOriginOptions } from '../../support/trouble-origin.ts';
import type { EdgeOptions } from './edge.ts';
import { type EdgeProcess, openEdgeProcess } from './edge-process.ts';
import { openOrigin } from './scene.ts';

/** Three processes have to start, and one of them may be killed and started again. */
export const TIMEOUT_MS = 30_000;

export async function openWorkersScene(
  origin: TroubleOriginOptions = {},
  options: Partial<EdgeOptions> = {},
): Promise<{ readonly origin: TroubleOrigin; readonly edge: EdgeProcess }> {
  const opened = await openOrigin(origin);
  return {
    origin: opened,
    edge: await openWorkers({ regions: { RegionOne: opened }, ...options }),
  };
}

export async function openWorkers(options: EdgeOptions): Promise<EdgeProcess> {
  const edge = await openEdgeProcess({ ...options, rest: { workers: 2, ...options.rest } });
  onTestFinished(() => edge.close());
  return edge;
}
