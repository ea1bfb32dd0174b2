// The gateway inside an isolate: what the platform lends, memory as the only tier, and sizes that fit.
import { createCallLog } from '../adapters/call-log.ts';
import { hmacSha1 } from '../adapters/hmac-sha1.ts';
import { createInlineDigests } from '../adapters/inline-digests.ts';
import { createMemoryTier } from '../adapters/memory-tier.ts';
import { createOrigin } from '../adapters/origin/endpoints.ts';
import { createFetchWire } from '../adapters/origin/fetch-wire.ts';
import { createNoopTracing } from '../adapters/otel/tracing.ts';
import {
  createPlainBackground,
  plainBlocks,
  plainClock,
  plainIds,
  plainTimers,
} from '../adapters/plain-runtime.ts';
import type { Config } from '../config/config.ts';
import { createGateway, type Gateway, type GatewaySettings } from '../gateway.ts';
import type { Log } from '../ports/log.ts';
import { ALONE } from '../ports/siblings.ts';
import { uploadOfItsLength } from './worker-platform.ts';

export function createWorkerGateway(
  config: Config,
  log: Log,
  waitUntil: (work: Promise<unknown>) => void,
): Gateway {
  const { regions, defaultRegion, publicUrl, cache, timeouts } = config;
  const sizes = sizesThatFit(config);
  const wire = createFetchWire({
    fetch: (input, init) => fetch(input, init && uploadOfItsLength(init)),
    timers: plainTimers,
    answerMs: timeouts.answerMs,
    stallMs: timeouts.stallMs,
  });
  return createGateway(
    {
      origin: createOrigin({ regions, wire, clock: plainClock, random: Math.random }),
      tiers: [
        createMemoryTier({ maxBytes: sizes.memoryBytes, clock: plainClock, blocks: plainBlocks }),
      ],
      digests: createInlineDigests({ secret: cache.secret ?? randomSecret() }),
      hmacSha1,
      blocks: plainBlocks,
      pieces: plainBlocks,
      clock: plainClock,
      timers: plainTimers,
      ids: plainIds,
      background: createPlainBackground({
        onError: (cause) => log.error({ err: cause }, 'Background work failed.'),
        waitUntil,
      }),
      siblings: ALONE,
      tracing: createNoopTracing(plainIds),
      observers: [createCallLog(log)],
      counters: { count: () => undefined },
      watchFills: (traced) => traced,
      log,
    },
    {
      ...cache,
      ...config.limits,
      ...sizes,
      table: { regions, defaultRegion, publicUrl },
      osprofilerHmacKeys: config.tracing.osprofilerHmacKeys,
    },
  );
}

type Sizes = Pick<GatewaySettings, 'chunkBytes' | 'fillBuffersBytes' | 'fills' | 'calls'> & {
  readonly memoryBytes: number;
};

const MIB = 2 ** 20;

/**
 * An isolate has 128 MB and is ended above it. Some 20 go to the program; dead chunks wait for the
 * collector, and answers on their way hold their last piece.
 */
const ISOLATE = { memoryBytes: 32 * MIB, fillBuffersBytes: 16 * MIB, calls: 256 };

/** Small, so that several fills have room. */
const MAX_CHUNK_BYTES = MIB;
/** The chunk that comes in and the one that is being hashed. */
const CHUNKS_OF_A_FILL = 2;

/**
 * The configured sizes where they fit an isolate, else the largest that do. The objects of all regions
 * may share one isolate: each takes its part.
 */
function sizesThatFit({ cache, limits, regions }: Config): Sizes {
  const part = (whole: number): number => Math.max(1, Math.floor(whole / regions.length));
  const chunkBytes = Math.min(cache.chunkBytes, MAX_CHUNK_BYTES);
  const fillBuffersBytes = Math.min(limits.fillBuffersBytes, part(ISOLATE.fillBuffersBytes));
  const fills = Math.max(1, Math.floor(fillBuffersBytes / chunkBytes / CHUNKS_OF_A_FILL));
  return {
    chunkBytes,
    fillBuffersBytes,
    fills: Math.min(limits.fills, fills),
    calls: Math.min(limits.calls, part(ISOLATE.calls)),
    memoryBytes: Math.min(cache.memoryBytes, part(ISOLATE.memoryBytes)),
  };
}

function randomSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}
