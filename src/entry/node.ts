// The gateway on Node: adapters chosen by the configuration, two listeners, and an orderly end.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createCallLog } from '../adapters/call-log.ts';
import { hmacSha1 } from '../adapters/hmac-sha1.ts';
import { createBlocks } from '../adapters/node/blocks.ts';
import { createThreadedDigests } from '../adapters/node/digests.ts';
import {
  createBackground,
  randomIds,
  systemClock,
  systemTimers,
} from '../adapters/node/runtime.ts';
import { createOrigin } from '../adapters/origin/endpoints.ts';
import { createUndiciWire } from '../adapters/origin/undici-wire.ts';
import { createMetrics } from '../adapters/otel/metrics.ts';
import { startTelemetry } from '../adapters/otel/sdk.ts';
import { createPinoLog } from '../adapters/pino-log.ts';
import type { Config } from '../config/config.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { createAdminApp } from '../http/admin.ts';
import { watchActivity } from '../observe/activity/activity.ts';
import { listen } from './listener.ts';
import { loadPageAssets } from './page-assets.ts';
import { openSecret, openTiers } from './tiers.ts';

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
  const { cache, timeouts, limits } = config;
  const version = packageVersion();
  const log = createPinoLog({ level: logLevel(config), destination: null });
  const { keep, sample, otlpEndpoint } = config.tracing;
  const telemetry = startTelemetry({ version, keep, sample, otlpEndpoint, log });
  const background = createBackground({
    onError: (cause) => log.error({ err: cause }, 'Background work failed.'),
  });
  const blocks = createBlocks({ size: cache.chunkBytes, readyBytes: READY_BYTES });
  const secret = await openSecret(cache);
  const tiers = await openTiers(cache, limits, secret, blocks, log);
  const digests = createThreadedDigests({ secret });
  const wire = createUndiciWire({
    connectMs: timeouts.connectMs,
    answerMs: timeouts.answerMs,
    uploadMs: timeouts.uploadMs,
    stallMs: timeouts.stallMs,
    connections: limits.connections,
    cas: Object.fromEntries(config.regions.map(({ name, ca }) => [name, ca ?? undefined])),
  });
  const { regions, defaultRegion, publicUrl } = config;
  const watch = watchActivity({ clock: systemClock, regions, defaultRegion });
  const origin = createOrigin({
    regions,
    wire: watch.wire(wire),
    clock: systemClock,
    random: Math.random,
  });
  // Metrics ask the gateway how busy it is; the gateway tells metrics what it did.
  let gateway: Gateway | null = null;
  const metrics = createMetrics(telemetry.meter, {
    tiers,
    exemplars: telemetry.exemplars,
    underWay: {
      calls: () => gateway?.underWay() ?? 0,
      fills: () => gateway?.fillsUnderWay() ?? 0,
    },
  });
  gateway = createGateway(
    {
      origin: watch.origin(origin),
      tiers,
      digests,
      hmacSha1,
      blocks,
      clock: systemClock,
      timers: systemTimers,
      ids: randomIds,
      background,
      tracing: telemetry.tracing,
      observers: [metrics.calls, createCallLog(log), watch.calls],
      counters: metrics.counters,
      watchFills: watch.fills,
      log,
    },
    {
      table: { regions, defaultRegion, publicUrl },
      ...cache,
      ...limits,
      osprofilerHmacKeys: config.tracing.osprofilerHmacKeys,
    },
  );

  let draining = false;
  const admin = createAdminApp({
    traces: telemetry.traces,
    metrics: telemetry.metrics,
    activity: watch.activity,
    tiers,
    ready: () => ({ ready: !draining, reasons: draining ? ['draining'] : [] }),
    version,
    assets: loadPageAssets(),
    hosts: adminNames(config),
    timers: systemTimers,
  });
  const served = gateway;
  const { headerBytes } = limits;
  const { idleMs, drainMs } = timeouts;
  const api = await listen({
    address: config.listen,
    tls: config.tls,
    headerBytes,
    idleMs,
    fetch: (request, bindings) => served.fetch(request, bindings),
  });
  const face = await listen({
    address: config.admin,
    tls: null,
    headerBytes,
    idleMs,
    fetch: (request) => admin.fetch(request),
  }).catch(async (cause: unknown) => {
    await api.close();
    throw cause;
  });
  if (config.workers > 1) {
    log.warn({ workers: config.workers }, 'More than one worker is not used yet: one serves all.');
  }
  log.info({ api: api.url, admin: face.url, version }, 'The gateway is up.');

  let closing: Promise<void> | null = null;
  return {
    apiUrl: api.url,
    adminUrl: face.url,
    fetch: (request) => served.fetch(request),
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    draining = true;
    served.drain();
    api.stop();
    const deadline = systemClock.now() + drainMs;
    await settledBefore(deadline, () => served.underWay() === 0);
    // Those who watch calls end have seen the last one.
    admin.close();
    await api.close();
    await within(deadline, background.drain());
    await face.close();
    await Promise.all(tiers.map((tier) => tier.close()));
    await telemetry.shutdown(FLUSH_MS);
    await Promise.all([digests.close(), wire.close()]);
    log.info({}, 'The gateway has stopped.');
  }
}

/** Chunk memory that lies ready for the next reads of a tier: what a few clients keep in motion. */
const READY_BYTES = 32 * 1024 * 1024;

/** A collector that does not answer must not hold up a shutdown. */
const FLUSH_MS = 3_000;

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

async function settledBefore(deadline: number, settled: () => boolean): Promise<void> {
  while (!settled() && systemClock.now() < deadline) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

function within(deadline: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemTimers.after(Math.max(0, deadline - systemClock.now()), resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}

/** The names that operators may know the admin face by: as configured, as links say, the machine's. */
function adminNames({ admin, publicUrl }: Config): ReadonlySet<string> {
  const linked = publicUrl === null ? [] : [new URL(publicUrl).hostname];
  return new Set([admin.host, hostname().toLowerCase(), ...linked]);
}

function logLevel(config: Config): 'debug' | 'info' | 'warn' | 'error' | 'silent' {
  return config.log.level === 'trace' ? 'debug' : config.log.level;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest = JSON.parse(text) as { version: string };
  return manifest.version;
}
