// The gateway on Node as several processes: this one serves no calls. It keeps what all workers share
// (the books of the disk tiers, who fetches what, the admin face) and sees to it that they run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BookKeeper } from '../../adapters/disk/books.ts';
import { openDiskBooks } from '../../adapters/disk/open-disk-books.ts';
import { systemClock, systemTimers } from '../../adapters/node/runtime.ts';
import type { Config } from '../../config/config.ts';
import { openAdminFace } from '../admin-face.ts';
import { openLog } from '../log.ts';
import { openSecret } from '../secret.ts';
import { packageVersion } from '../version.ts';
import { serveDisks } from './disk-desks.ts';
import { forkWorker } from './fork.ts';
import { keepFresh } from './fresh-admin.ts';
import { createLeaseDesk } from './lease-desk.ts';
import { START } from './life.ts';
import { createNewsDesk } from './news-desk.ts';
import { shareOf } from './share.ts';
import { createSupervisor, type WorkerProcess } from './supervisor.ts';
import { openWholeGateway } from './whole-gateway.ts';

export interface RunningWorkers {
  readonly apiUrl: string;
  readonly adminUrl: string;
  /** As a gateway of one process. Never rejects; repeating it is fine. */
  close(): Promise<void>;
}

/** Beyond `timeouts.drain`: what is left is sent to a collector and closed within it. */
const CLOSING_MS = 15_000;

/** A collector that does not answer must not hold up a shutdown. */
const FLUSH_MS = 3_000;

/** Rejects when an address is taken, the disk tier's folder can't be used, or a worker can't start. */
export async function startWorkers(config: Config): Promise<RunningWorkers> {
  const log = openLog(config);
  const version = packageVersion();
  const secret = await openSecret(config.cache);
  const keepers = await openKeepers(config);
  const sockets = await mkdtemp(join(tmpdir(), 'glance-edge-'));
  const leases = createLeaseDesk();
  const news = createNewsDesk(systemTimers);
  const share = shareOf(config);
  const supervisor = createSupervisor({
    count: config.workers,
    start,
    clock: systemClock,
    timers: systemTimers,
    log,
    patienceMs: config.timeouts.drainMs + CLOSING_MS,
  });
  const whole = openWholeGateway({
    config,
    version,
    log,
    clock: systemClock,
    timers: systemTimers,
    disks: keepers.map((keeper) => () => keeper.usage()),
    workers: () => supervisor.state(),
  });
  const face = await openAdminFace(config, { ...whole.sources, version }, (admin) =>
    keepFresh(admin, () => whole.fresh()),
  ).catch(async (cause: unknown) => {
    await closeShared();
    throw cause;
  });
  const apiUrl = await supervisor.begin().catch(async (cause: unknown) => {
    await face.close();
    await closeShared();
    throw cause;
  });
  const { workers } = config;
  log.info({ api: apiUrl, admin: face.url, version, workers }, 'The gateway is up.');

  let closing: Promise<void> | null = null;
  return {
    apiUrl,
    adminUrl: face.url,
    close() {
      closing ??= close();
      return closing;
    },
  };

  function start(worker: number): WorkerProcess {
    return forkWorker((channel, kill) => {
      channel.on(START, () => {
        // From here on it hears of what the others change; before, it knows of nothing.
        news.serve(worker, channel, kill);
        whole.from(worker, channel);
        return { worker, config: share, secret, sockets };
      });
      leases.serve(worker, channel);
      serveDisks(keepers, worker, channel);
    });
  }

  async function close(): Promise<void> {
    await supervisor.end();
    face.endTails();
    await face.close();
    await closeShared();
    log.info({}, 'The gateway has stopped.');
  }

  async function closeShared(): Promise<void> {
    await whole.close(FLUSH_MS);
    await Promise.all(keepers.map((keeper) => keeper.close()));
    await rm(sockets, { recursive: true, force: true });
  }
}

/** Runs until SIGTERM or SIGINT, then stops in order and ends the process with status 0. */
export async function serveWithWorkers(config: Config): Promise<void> {
  const gateway = await startWorkers(config);
  await new Promise<void>((resolve) => {
    // A signal that comes twice (once from a launcher) must not cut the first one's work short.
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
  });
  await gateway.close();
  // Timers of exporters that gave up may still be pending.
  process.exit(0);
}

async function openKeepers({ cache }: Config): Promise<readonly BookKeeper[]> {
  const keepers: BookKeeper[] = [];
  try {
    for (const tier of cache.tiers) {
      if (tier.store !== 'disk') continue;
      const { path, maxBytes } = tier;
      keepers.push(await openDiskBooks({ path, maxBytes, clock: systemClock }));
    }
  } catch (cause) {
    await Promise.all(keepers.map((keeper) => keeper.close()));
    throw cause;
  }
  return keepers;
}
