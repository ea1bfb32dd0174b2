// What kind of trace a call makes of its trace: each kind has room of its own among those that are held.
import { SpanStatusCode } from '@opentelemetry/api';
import {
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
} from '@opentelemetry/semantic-conventions';
import { isHit } from './cache-words.ts';
import type { RecordedSpan } from './recorded-span.ts';
import type { Slowest } from './slowest.ts';

/**
 * Errors and the slowest calls are kinds of their own, for it is them that somebody comes to ask about.
 * So are all that came to nothing, whatever they asked for: anybody can make those. The rest is of
 * the kind of its route.
 *
 * @param before of the trace until now; null for its first call
 */
export function kindOf(call: RecordedSpan, before: string | null, slowest: Slowest): string {
  const { startedAt, durationMs } = call;
  if (call.status.code === SpanStatusCode.ERROR || before === 'error') return 'error';
  if (Number(call.attribute(ATTR_HTTP_RESPONSE_STATUS_CODE)) >= 400) return before ?? 'refused';
  const route = String(call.attribute(ATTR_HTTP_ROUTE));
  const slow = slowest.isSlow(route, durationMs, startedAt + durationMs);
  return slow || before === 'slow' ? 'slow' : route;
}

/** Of two parts of one trace, what the whole is. */
export function graverKind(one: string, other: string): string {
  for (const kind of ['error', 'slow']) if (one === kind || other === kind) return kind;
  return other === 'refused' ? one : other;
}

/** Whether there are many like it: a hit, of a trace of that kind. */
export function isUsual(call: RecordedSpan, kind: string): boolean {
  return kind !== 'error' && kind !== 'slow' && isHit(call.attribute('glance_edge.cache_status'));
}
