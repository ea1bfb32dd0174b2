// How many workers there are and how it stands with them: also what is missing in a scrape, for what a
// silent worker has counted since its last report is not in it.
import type { Meter } from '@opentelemetry/api';

export interface WorkerCounts {
  /** Those that take calls and answer. */
  up(): number;
  /** Those that take calls and do not answer the primary. */
  silent(): number;
  /** Those that are to be there and are not. */
  missing(): number;
  /** Those that have ended without being told to, since the start. */
  died(): number;
}

export function observeWorkers(meter: Meter, workers: WorkerCounts): void {
  meter
    .createObservableGauge('glance_edge.workers', {
      description: 'Workers: up, silent (what they counted last is not known), or missing.',
    })
    .addCallback((observed) => {
      observed.observe(workers.up(), { state: 'up' });
      observed.observe(workers.silent(), { state: 'silent' });
      observed.observe(workers.missing(), { state: 'missing' });
    });
  meter
    .createObservableCounter('glance_edge.workers.died', {
      description: 'Workers that ended without being told to.',
    })
    .addCallback((observed) => observed.observe(workers.died()));
}
