// The gateway on Node as one process: the engine, two listeners, and an orderly end.
import { openDiskTier } from '../adapters/disk/open-disk-tier.ts';
import { systemClock } from '../adapters/node/runtime.ts';
import { startTelemetry } from '../adapters/otel/sdk.ts';
import type { Config } from '../config/config.ts';
import { ALONE } from '../ports/siblings.ts';
import { openAdminFace } from './admin-face.ts';
import { settledBefore } from './drain.ts';
import { openEngine } from './engine.ts';
import { listen } from './listener.ts';
import { openLog } from './log.ts';
import { openSecret } from './secret.ts';
import { packageVersion } from './version.ts';

export interface RunningGateway {
  readonly apiUrl: string;
  readonly adminUrl: string;
  /** The Glance face without a socket: a program in this process may use the same cache. */
  fetch(request: Request): Response | Promise<Response>;
  /**
   * Stops accepting, lets running transfers finish for at most `timeouts.drain`, then closes
   * everything. Never rejects; repeating it is fine.
   */
  close(): Promise<void>;
}

/** Rejects when an address is taken or the disk tier's folder can't be used. */
export async function startGateway(config: Config): Promise<RunningGateway> {
  const log = openLog(config);
  const version = packageVersion();
  const secret = await openSecret(config.cache);
  const telemetry = startTelemetry({ ...config.tracing, version, log, clock: systemClock });
  const engine = await openEngine({
    config,
    secret,
    telemetry,
    openDisk: openDiskTier,
    siblings: ALONE,
    log,
  });
  const { gateway, activity, tiers } = engine;

  let draining = false;
  const { headerBytes, clientConnections } = config.limits;
  const { idleMs, drainMs } = config.timeouts;
  const api = await listen({
    address: config.listen,
    tls: config.tls,
    headerBytes,
    connections: clientConnections,
    idleMs,
    workers: 1,
    fetch: (request, bindings) => gateway.fetch(request, bindings),
  });
  const face = await openAdminFace(config, {
    traces: telemetry.traces,
    metrics: telemetry.metrics,
    activity: activity.activity,
    tiers,
    ready: () => ({ ready: !draining, reasons: draining ? ['draining'] : [] }),
    version,
  }).catch(async (cause: unknown) => {
    await api.close();
    throw cause;
  });
  if (config.workers > 1) {
    log.warn(
      { workers: config.workers },
      'A gateway inside a program is one process: it has no workers.',
    );
  }
  log.info({ api: api.url, admin: face.url, version }, 'The gateway is up.');

  let closing: Promise<void> | null = null;
  return {
    apiUrl: api.url,
    adminUrl: face.url,
    fetch: (request) => gateway.fetch(request),
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    draining = true;
    const deadline = systemClock.now() + drainMs;
    // A call may be over while its answer, which has no body, is still being written.
    const idle = Promise.all([gateway.drain(), api.stop()]);
    await settledBefore(deadline, idle);
    face.endTails();
    await api.close();
    await settledBefore(deadline, engine.drained());
    await face.close();
    await engine.close();
    log.info({}, 'The gateway has stopped.');
  }
}

/** Runs until SIGTERM or SIGINT, then stops in order and ends the process with status 0. */
export async function serve(config: Config): Promise<void> {
  const gateway = await startGateway(config);
  await new Promise<void>((resolve) => {
    // A signal that comes twice (once from a launcher) must not cut the first one's work short.
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
  });
  await gateway.close();
  // Timers of exporters that gave up may still be pending.
  process.exit(0);
}
