// The gateway with the adapters that the configuration asks for, before any socket: what one process
// needs to answer requests, whether it is alone or one of several workers.
import { createCallLog } from '../adapters/call-log.ts';
import type { ClosableTier } from '../adapters/closable-tier.ts';
import { SEGMENT_BYTES } from '../adapters/disk/segments.ts';
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
import type { Telemetry } from '../adapters/otel/sdk.ts';
import type { Config } from '../config/config.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { type ActivityWatch, watchActivity } from '../observe/activity/activity.ts';
import type { Log } from '../ports/log.ts';
import type { Siblings } from '../ports/siblings.ts';
import { suitCollector } from './collector.ts';
import { type OpenDisk, openTiers } from './tiers.ts';

export interface Engine {
  readonly gateway: Gateway;
  readonly activity: ActivityWatch;
  readonly tiers: readonly ClosableTier[];
  /** Settles when nothing goes on in the background any more. Never rejects. */
  drained(): Promise<void>;
  /** Closes tiers and connections, and sends what is left to the collector. Never rejects. */
  close(): Promise<void>;
}

/** A collector that does not answer must not hold up a shutdown. */
const FLUSH_MS = 3_000;

/**
 * Chunk memory that lies ready for the next reads of a tier: what answers may keep in motion. With half
 * of it 32 clients of one image threw blocks away and made new ones, for which V8 went through its heap.
 */
const READY_BYTES = 64 * 1024 * 1024;

export interface EngineParts {
  /** Of one worker where there are several: with its part of the limits. */
  readonly config: Config;
  /** Keys the digests of tokens, and what is kept where others could read it. */
  readonly secret: Uint8Array;
  readonly openDisk: OpenDisk;
  readonly telemetry: Pick<
    Telemetry,
    'tracing' | 'meter' | 'histograms' | 'exemplars' | 'shutdown'
  >;
  readonly siblings: Siblings;
  readonly log: Log;
}

/** Rejects when a tier can't be opened. */
export async function openEngine(parts: EngineParts): Promise<Engine> {
  suitCollector();
  const { config, secret, openDisk, telemetry, siblings, log } = parts;
  const { cache, timeouts, limits } = config;
  const background = createBackground({
    onError: (cause) => log.error({ err: cause }, 'Background work failed.'),
  });
  const blocks = createBlocks({
    size: cache.chunkBytes,
    step: SEGMENT_BYTES,
    readyBytes: READY_BYTES,
  });
  const tiers = await openTiers(cache, { secret, blocks, openDisk, log });
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
    histograms: telemetry.histograms,
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
      pieces: wire,
      clock: systemClock,
      timers: systemTimers,
      ids: randomIds,
      background,
      siblings,
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
  return {
    gateway,
    activity: watch,
    tiers,
    drained: () => background.drain(),
    async close() {
      await Promise.all(tiers.map((tier) => tier.close()));
      await telemetry.shutdown(FLUSH_MS);
      await Promise.all([digests.close(), wire.close()]);
    },
  };
}
