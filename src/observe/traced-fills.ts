// A span for every fill, linked both ways with the calls that wait on it: a fill belongs to nobody's
// call, so a child span alone could not tell whose time it was.
import type { WatchFill } from '../cache/fill-watch.ts';
import type { Counters } from '../ports/call-observer.ts';
import type { Tracing } from '../ports/tracing.ts';

/** Links beyond this say nothing new, and exporters refuse them (OpenTelemetry's default limit). */
const MAX_LINKS = 128;

export function watchFills(tracing: Tracing, counters: Counters): WatchFill {
  return (starter, generation, kind) => {
    const { region, imageId } = generation;
    const span = tracing.child(starter.trace, 'fill', 'internal', {
      'glance_edge.fill.kind': kind,
      'glance_edge.region': region,
      'glance_edge.image.id': imageId,
      'glance_edge.image.size': generation.size,
    });
    let readers = 0;
    return {
      trace: span.context,
      joined(reader) {
        readers += 1;
        if (reader.trace.spanId === starter.trace.spanId || readers > MAX_LINKS) return;
        span.link(reader.trace, { 'glance_edge.link': 'reader' });
        const joined = tracing.child(reader.trace, 'fill.join', 'internal', {
          'glance_edge.image.id': imageId,
        });
        joined.link(span.context, { 'glance_edge.link': 'fill' });
        joined.end();
      },
      resumed(position, code) {
        span.event('resumed', { 'glance_edge.fill.position': position, 'error.type': code });
        counters.count('fill_resumed', { region });
      },
      ended(end, told) {
        span.set({
          'glance_edge.fill.end': end.kind,
          'glance_edge.fill.readers': readers,
          'glance_edge.bytes.origin': told.originBytes,
          'glance_edge.origin.attempts': told.originAttempts,
        });
        if (end.kind === 'failed') {
          span.fail(end.failure.code, end.failure.message);
          if (end.failure.code === 'data-mismatch') counters.count('data_mismatch', { region });
        }
        counters.count('fill', { region, ended: COUNTED[end.kind] });
        span.end();
      },
    };
  };
}

const COUNTED = {
  committed: 'complete',
  repaired: 'complete',
  abandoned: 'abandoned',
  failed: 'failed',
} as const;
