// A span for every fill, linked both ways with the readers that wait on it: a fill belongs to nobody's
// call, so a child span alone could not tell whose time it was.
import {
  type FillWatch,
  isOfOrigin,
  type ReaderWatch,
  type WatchFill,
} from '../cache/fill-watch.ts';
import type { TierStored } from '../cache/tier-stack.ts';
import { createTierTally } from '../cache/tier-tally.ts';
import type { Generation } from '../core/generation.ts';
import type { DeclaredAttributes } from '../core/span-attributes.ts';
import { spanTiers } from '../http/tier-spans.ts';
import { type Call, type TraceContext, UNWATCHED } from '../ports/call.ts';
import type { Counters } from '../ports/call-observer.ts';
import type { GatewayTracing } from '../ports/tracing.ts';

/** Links beyond this say nothing new, and exporters refuse them (OpenTelemetry's default limit). */
const MAX_LINKS = 128;

export function watchFills(tracing: GatewayTracing, counters: Counters): WatchFill {
  return (starter, generation, kind) => {
    const { region, imageId } = generation;
    const span = tracing.child(starter.trace, 'fill', 'internal', {
      'glance_edge.fill.kind': kind,
      'glance_edge.region': region,
      'glance_edge.image.id': imageId,
      'glance_edge.image.size': generation.size,
    });
    const tally = createTierTally();
    const chunks = createChunkCounts();
    let readers = 0;
    let resumptions = 0;
    return {
      trace: span.context,
      watch: { ...UNWATCHED, looked: (tries) => tally.looked(tries) },
      joined(reader) {
        readers += 1;
        const join = followReader(tracing, reader, generation, span.context);
        if (readers <= MAX_LINKS) span.link(join.trace, { 'glance_edge.link': 'reader' });
        return join.watch;
      },
      resumed(position, code) {
        resumptions += 1;
        span.event('resumed', { 'glance_edge.fill.position': position, 'error.type': code });
        counters.count('fill_resumed', { region });
      },
      stored: (tiers) => chunks.add(tiers),
      verified: (ms) => span.event('verified', { 'glance_edge.fill.verify_wait_ms': ms }),
      ended(end, told) {
        spanTiers(tracing, span.context, tally.sums);
        span.set({
          'glance_edge.fill.end': end.kind,
          'glance_edge.fill.readers': readers,
          'glance_edge.fill.resumptions': resumptions || undefined,
          'glance_edge.bytes.origin': told.originBytes,
          'glance_edge.origin.attempts': told.originAttempts,
          ...chunks.attributes(),
        });
        if (end.kind === 'failed') {
          span.fail(end.failure.code, end.failure.message);
          if (end.failure.code === 'data-mismatch') counters.count('data_mismatch', { region });
        }
        if (isOfOrigin(end, told.originBytes)) {
          counters.count('fill', { region, ended: COUNTED[end.kind] });
        }
        span.end();
      },
    } satisfies FillWatch;
  };
}

const COUNTED = {
  committed: 'complete',
  repaired: 'complete',
  found: 'complete',
  abandoned: 'abandoned',
  failed: 'failed',
} as const;

/** The span of a reader, in its own trace: as long as it uses the fill. */
function followReader(
  tracing: GatewayTracing,
  reader: Call,
  { imageId }: Generation,
  fill: TraceContext,
): { readonly trace: TraceContext; readonly watch: ReaderWatch } {
  const join = tracing.child(reader.trace, 'fill.join', 'internal', {
    'glance_edge.image.id': imageId,
  });
  join.link(fill, { 'glance_edge.link': 'fill' });
  const watch: ReaderWatch = {
    left({ waitedMs, bytes, failure }) {
      join.set({ 'glance_edge.fill.waited_ms': waitedMs, 'glance_edge.bytes.origin': bytes });
      if (failure?.code === 'client-gone') join.set({ 'error.type': failure.code });
      else if (failure) join.fail(failure.code, failure.message);
      join.end();
    },
  };
  return { trace: join.context, watch };
}

interface ChunkCounts {
  add(tiers: readonly TierStored[]): void;
  attributes(): DeclaredAttributes;
}

function createChunkCounts(): ChunkCounts {
  const stored = { memory: 0, disk: 0, redis: 0 };
  const refused = { memory: 0, disk: 0, redis: 0 };
  const evictedEntries = { memory: 0, disk: 0, redis: 0 };
  const evictedBytes = { memory: 0, disk: 0, redis: 0 };
  return {
    add(tiers) {
      for (const { tier, answer, evicted } of tiers) {
        (answer === 'stored' ? stored : refused)[tier] += 1;
        evictedEntries[tier] += evicted?.entries ?? 0;
        evictedBytes[tier] += evicted?.bytes ?? 0;
      }
    },
    attributes: () => ({
      'glance_edge.fill.stored.memory': stored.memory || undefined,
      'glance_edge.fill.stored.disk': stored.disk || undefined,
      'glance_edge.fill.stored.redis': stored.redis || undefined,
      'glance_edge.fill.refused.memory': refused.memory || undefined,
      'glance_edge.fill.refused.disk': refused.disk || undefined,
      'glance_edge.fill.refused.redis': refused.redis || undefined,
      // Redis tells nobody what it evicts.
      'glance_edge.fill.evicted.memory': evictedEntries.memory || undefined,
      'glance_edge.fill.evicted.disk': evictedEntries.disk || undefined,
      'glance_edge.fill.evicted_bytes.memory': evictedBytes.memory || undefined,
      'glance_edge.fill.evicted_bytes.disk': evictedBytes.disk || undefined,
    }),
  };
}
