// How it stands with the workers, as the admin face and the metrics say it.
import type { WorkerCounts } from '../../adapters/otel/worker-gauges.ts';
import type { Readiness } from '../../http/admin/activity-routes.ts';

export interface WorkersState {
  /** As configured. */
  readonly wanted: number;
  /** Those that take calls. */
  readonly ready: number;
  /** Those that have ended without being told to, since the start. */
  readonly died: number;
  readonly draining: boolean;
}

/** @param silent the numbers of workers that do not answer */
export function readinessOf(state: WorkersState, silent: readonly number[]): Readiness {
  const missing = state.wanted - state.ready;
  const reasons = [
    ...(state.draining ? ['draining'] : []),
    ...(missing > 0 && !state.draining ? [`${missing} of ${state.wanted} workers are not up`] : []),
    ...silent.map((worker) => `worker ${worker} does not answer`),
  ];
  return { ready: reasons.length === 0, reasons };
}

export function countsOf(
  workers: () => WorkersState,
  silent: () => readonly number[],
): WorkerCounts {
  return {
    up: () => Math.max(0, workers().ready - silent().length),
    silent: () => silent().length,
    missing: () => workers().wanted - workers().ready,
    died: () => workers().died,
  };
}
