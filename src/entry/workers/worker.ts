// One of several workers: the engine with its share of the limits, on the address that all share, and
// on a socket of its own for the others.
import { openSharedDiskTier } from '../../adapters/disk/open-disk-tier.ts';
import { systemClock, systemTimers } from '../../adapters/node/runtime.ts';
import { startWorkerTelemetry } from '../../adapters/otel/worker-telemetry.ts';
import { settledBefore } from '../drain.ts';
import { openEngine } from '../engine.ts';
import { listen } from '../listener.ts';
import { openLog } from '../log.ts';
import type { OpenDisk } from '../tiers.ts';
import { packageVersion } from '../version.ts';
import type { Channel } from './channel.ts';
import { START, type Start } from './life.ts';
import { openRemoteBooks } from './remote-books.ts';
import { reportTo } from './reporter.ts';
import { createSiblingFaces, socketOf } from './sibling-faces.ts';
import { createSiblings, type SelfKnown } from './siblings.ts';

export interface Worker {
  readonly url: string;
  /** The folder of all workers' sockets. */
  readonly sockets: string;
  /** As a gateway's. */
  close(): Promise<void>;
}

/** What the other worker adds to a client's headers: a range, and where it is in the trace. */
const ADDED_HEADER_BYTES = 8 * 1024;

/** Rejects when a tier can't be opened or the address can't be listened on. */
export async function startWorker(channel: Channel): Promise<Worker> {
  let known: SelfKnown | null = null;
  const siblings = createSiblings(channel, () => {
    if (known === null) throw new Error('This worker has not started.');
    return known;
  });
  const start = await channel.ask(START, null);
  const { worker, config, secret, sockets } = start;
  const { limits, timeouts, workers } = config;
  const faces = createSiblingFaces({
    folder: sockets,
    connections: limits.calls,
    connectMs: timeouts.connectMs,
  });
  known = { worker, faces };
  const log = openLog(config);
  const telemetry = startWorkerTelemetry({
    ...config.tracing,
    workers,
    version: packageVersion(),
    log,
  });
  const openDisk = sharedDisks(channel, start);
  const parts = { config, secret, openDisk, siblings, telemetry, log };
  const { gateway, ...engine } = await openEngine(parts);
  const reporter = reportTo(channel, {
    telemetry,
    activity: engine.activity,
    tiers: engine.tiers,
    calls: () => gateway.underWay(),
  });
  const { headerBytes, clientConnections } = limits;
  const { idleMs, drainMs } = timeouts;
  const own = await listen({
    address: { path: socketOf(sockets, worker) },
    tls: null,
    headerBytes: headerBytes + ADDED_HEADER_BYTES,
    connections: null,
    idleMs,
    workers,
    fetch: (request, bindings) => gateway.siblingFace.fetch(request, bindings),
  });
  const api = await listen({
    address: config.listen,
    tls: config.tls,
    headerBytes,
    connections: clientConnections,
    idleMs,
    workers,
    fetch: (request, bindings) => gateway.fetch(request, bindings),
  });
  return {
    url: api.url,
    sockets,
    async close() {
      const deadline = systemClock.now() + drainMs;
      await settledBefore(deadline, Promise.all([gateway.drain(), api.stop()]));
      await api.close();
      // What others read here they need for calls of their own.
      await settledBefore(deadline, Promise.all([gateway.siblingFace.drain(), own.stop()]));
      await own.close();
      await settledBefore(deadline, engine.drained());
      await reporter.end();
      await engine.close();
      await faces.close();
    },
  };
}

/** Opens the disk tiers in the order in which they are configured, as the primary has opened its books. */
function sharedDisks(channel: Channel, { worker }: Start): OpenDisk {
  let opened = 0;
  return async (options) => {
    const disk = opened;
    opened += 1;
    const books = await openRemoteBooks(channel, disk, systemTimers);
    return openSharedDiskTier({ ...options, books, writer: String(worker) });
  };
}
