// The admin face of a primary: it listens where that of a single process would, and shows the gateway as
// a whole. It is there before the workers are, and until all of them have ended.
import { systemClock, systemTimers } from '../../adapters/node/runtime.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../ports/log.ts';
import type { TierUsage } from '../../ports/tier.ts';
import { openAdminFace } from '../admin-face.ts';
import type { Channel } from './channel.ts';
import { keepFresh } from './fresh-admin.ts';
import { openWholeGateway } from './whole-gateway.ts';
import type { WorkersState } from './workers-state.ts';

export interface PrimaryFaceParts {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  /** How full each disk tier is, nearest first. */
  readonly disks: readonly (() => TierUsage)[];
  readonly workers: () => WorkersState;
}

export interface PrimaryFace {
  readonly url: string;
  /** To be called for each worker when it has been started: it is asked until it has gone. */
  from(worker: number, channel: Channel): void;
  /** When the workers have ended. Never rejects. */
  close(): Promise<void>;
}

/** A collector that does not answer must not hold up a shutdown. */
const FLUSH_MS = 3_000;

/** Rejects when the address can't be listened on. */
export async function openPrimaryFace(parts: PrimaryFaceParts): Promise<PrimaryFace> {
  const { config, version } = parts;
  const [clock, timers] = [systemClock, systemTimers];
  const whole = openWholeGateway({ ...parts, clock, timers });
  const face = await openAdminFace(config, { ...whole.sources, version }, (admin) =>
    keepFresh(admin, () => whole.fresh()),
  ).catch(async (cause: unknown) => {
    await whole.close(0);
    throw cause;
  });
  return {
    url: face.url,
    from: (worker, channel) => whole.from(worker, channel),
    async close() {
      face.endTails();
      await face.close();
      await whole.close(FLUSH_MS);
    },
  };
}
