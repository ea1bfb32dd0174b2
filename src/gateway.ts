// The gateway put together: the engine's parts, the tracing around them, the Glance face in front.
// Knows no runtime; an entry hands in what its runtime lends.
import { createChunkReads } from './cache/chunk-reads.ts';
import { createChunks } from './cache/chunks.ts';
import { createEpochs } from './cache/epochs.ts';
import { createFillShares } from './cache/fill-share.ts';
import type { WatchFill } from './cache/fill-watch.ts';
import { createFills } from './cache/fills.ts';
import { createGrants } from './cache/grants.ts';
import { createLists } from './cache/lists.ts';
import { createRangeAbilities } from './cache/range-ability.ts';
import { createRecords } from './cache/records.ts';
import { createTierStack } from './cache/tier-stack.ts';
import type { HmacSha1 } from './core/osprofiler.ts';
import type { RoutingTable } from './core/target.ts';
import { createGlanceApp, type GlanceApp, type GlanceAppOptions } from './http/app.ts';
import { countTier } from './observe/counted-tiers.ts';
import { createOsprofilerBridge } from './observe/osprofiler-bridge.ts';
import { traceGrants, traceRecords } from './observe/traced-cache.ts';
import { watchFills } from './observe/traced-fills.ts';
import { traceOrigin } from './observe/traced-origin.ts';
import { traceSiblings, tracingOfSiblings } from './observe/traced-siblings.ts';
import type { CallObserver, Counters } from './ports/call-observer.ts';
import type { Digests } from './ports/digests.ts';
import type { Log } from './ports/log.ts';
import type { Origin } from './ports/origin.ts';
import type { Background, Blocks, Clock, Ids, Timers } from './ports/runtime.ts';
import type { Siblings } from './ports/siblings.ts';
import type { Tier } from './ports/tier.ts';
import type { GatewayTracing } from './ports/tracing.ts';
import { createServe, type ServeDeps } from './serve/serve.ts';

/** What a runtime lends, and where things are kept. */
export interface GatewayParts {
  readonly origin: Origin;
  /** Nearest first; the first one is memory. */
  readonly tiers: readonly Tier[];
  readonly digests: Digests;
  readonly hmacSha1: HmacSha1;
  readonly blocks: Blocks;
  /** Takes back the memory of what the origin has sent. */
  readonly pieces: Pick<Blocks, 'release'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly background: Background;
  /** The other processes of this gateway: `ALONE` where there are none. */
  readonly siblings: Siblings;
  readonly tracing: GatewayTracing;
  readonly observers: readonly CallObserver[];
  readonly counters: Counters;
  /** Hangs what else wants to know of fills around the tracing of them. */
  readonly watchFills: (traced: WatchFill) => WatchFill;
  readonly log: Log;
}

/** Times in milliseconds, sizes in bytes; the names are those of the configuration. */
export interface GatewaySettings {
  readonly table: RoutingTable;
  readonly chunkBytes: number;
  readonly metadataTtlMs: number;
  readonly authorizationTtlMs: number;
  readonly staleIfErrorMs: number;
  readonly calls: number;
  readonly fills: number;
  readonly fillLanes: number;
  readonly fillBuffersBytes: number;
  /** Callers whose profile was signed with one of them have it continued; none turns that off. */
  readonly osprofilerHmacKeys: readonly string[];
}

export interface Gateway extends GlanceApp {
  /** The Glance face for the other processes of this gateway: nobody else's calls are taken there. */
  readonly siblingFace: GlanceApp;
  fillsUnderWay(): number;
}

/** A mark in a tier outlives everything kept under it by this much: clocks differ between gateways. */
const EPOCH_MARGIN_MS = 60_000;

export function createGateway(parts: GatewayParts, settings: GatewaySettings): Gateway {
  const { digests, blocks, clock, timers, ids, background, counters, log } = parts;
  const { metadataTtlMs, authorizationTtlMs, staleIfErrorMs, chunkBytes } = settings;
  const bridge = createOsprofilerBridge({
    keys: settings.osprofilerHmacKeys,
    hmac: parts.hmacSha1,
    counters,
  });
  const tracing = bridge.tracing(parts.tracing);
  const origin = bridge.origin(traceOrigin(parts.origin, tracing, counters));
  const siblings = traceSiblings(parts.siblings, tracing, counters);
  const tiers = parts.tiers.map((tier) => countTier(tier, counters));
  const onTrouble = (tier: Tier['name'], act: 'lookup' | 'store' | 'remove'): void =>
    counters.count('tier_trouble', { tier, act });
  const stack = createTierStack({ tiers, background, clock, blocks, onTrouble });
  const farthestFirst = tiers.slice(1).reverse();
  const shared = createTierStack({
    tiers: farthestFirst,
    promotes: false,
    background,
    clock,
    blocks,
    onTrouble,
  });
  const lifetimeMs = Math.max(metadataTtlMs + staleIfErrorMs, authorizationTtlMs) + EPOCH_MARGIN_MS;
  const epochs = createEpochs({
    shared,
    siblings,
    clock,
    ids,
    believeMs: metadataTtlMs,
    lifetimeMs,
  });

  const grants = createGrants({
    origin,
    epochs,
    siblings,
    background,
    clock,
    authorizationTtlMs,
  });
  const records = createRecords({
    origin,
    stack,
    epochs,
    background,
    clock,
    ids,
    metadataTtlMs,
    staleIfErrorMs,
  });
  const chunks = createChunks(stack, blocks);
  const roomBytes = roomFor(parts, settings);
  const reads = createChunkReads({ chunks, blocks, roomBytes, partBytes: PART_BYTES });
  siblings.hear((news) => {
    if (news.kind === 'epochs') epochs.heard(news);
    else grants.heard(news);
  });
  const ownMemory = createTierStack({
    tiers: tiers.slice(0, 1),
    background,
    clock,
    blocks,
    onTrouble,
  });
  const fills = createFills({
    share: createFillShares({
      siblings,
      origin,
      chunks,
      ownChunks: createChunks(ownMemory, blocks),
      timers,
      abilities: createRangeAbilities(),
      pieces: parts.pieces,
    }),
    siblings,
    reads,
    digests,
    blocks,
    clock,
    background,
    watch: parts.watchFills(watchFills(tracing, counters)),
    lanes: settings.fillLanes,
    maxFills: settings.fills,
    buffersBytes: settings.fillBuffersBytes,
    chunkSize: chunkBytes,
  });

  const deps: ServeDeps = {
    origin,
    epochs,
    clock,
    grants: traceGrants(grants, tracing, counters),
    records: traceRecords(records, tracing, counters),
    lists: createLists(origin, epochs, clock),
    chunks,
    reads,
    fills,
    chunkSize: chunkBytes,
    digests,
    verifiable: verifiableBy(digests),
  };
  const face: Omit<GlanceAppOptions, 'serve' | 'observers' | 'maxCalls'> = {
    table: settings.table,
    tracing,
    log,
    clock,
    keyed: (text) => digests.keyed(text),
  };
  return {
    ...createGlanceApp({
      ...face,
      serve: createServe(deps),
      observers: parts.observers,
      maxCalls: settings.calls,
    }),
    siblingFace: createGlanceApp({
      ...face,
      tracing: tracingOfSiblings(tracing),
      // Passed on to a third process the call could come back here.
      serve: createServe({ ...deps, fills: { ...fills, elsewhere: async () => null } }),
      // Clients' calls are counted and limited where they arrive; a limit here could make two
      // processes wait for each other.
      observers: [],
      maxCalls: Number.POSITIVE_INFINITY,
    }),
    fillsUnderWay: () => fills.underWay(),
  };
}

/**
 * What answers may hold beside the memory tier and the fills: 32 fast downloads of one image keep so much
 * in motion, and with half of it cost a quarter more. Without a bound, clients that stall would hold a
 * chunk or two each, however many they are.
 */
const CHUNKS_IN_MOTION = 16;
/** So much are those of the usual size; larger chunks are read in parts the sooner. */
const MOST_IN_MOTION_BYTES = 64 * 1024 * 1024;

/** Two hundred stalled clients hold 50 MiB then, and reading costs a tenth more than of whole chunks. */
const PART_BYTES = 256 * 1024;

function roomFor({ tiers }: GatewayParts, settings: GatewaySettings): () => number {
  const { fillBuffersBytes, chunkBytes } = settings;
  const [memory, ...below] = tiers;
  if (below.length === 0) return () => Number.POSITIVE_INFINITY;
  const inMotionBytes = Math.min(CHUNKS_IN_MOTION * chunkBytes, MOST_IN_MOTION_BYTES);
  return () => (memory?.usage().bytes ?? 0) + fillBuffersBytes + inMotionBytes;
}

/** Which hash algorithms the runtime has; each is tried once. */
function verifiableBy(digests: Digests): (algorithm: string) => boolean {
  const known = new Map<string, boolean>();
  return (algorithm) => {
    const answer = known.get(algorithm);
    if (answer !== undefined) return answer;
    const digest = digests.image(algorithm);
    digest?.discard();
    // Origins name a handful of algorithms; a flood of made-up names must not grow the map.
    if (known.size < 100) known.set(algorithm, digest !== null);
    return digest !== null;
  };
}
