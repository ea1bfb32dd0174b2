// A tier that holds something open, and the end of it.
import type { Tier } from '../ports/tier.ts';

/** A tier that has to be closed: it owns files or connections. */
export interface ClosableTier extends Tier {
  /** Waits for running work, then lets go of what it owns; calls from then on fail. Never rejects. */
  close(): Promise<void>;
}
