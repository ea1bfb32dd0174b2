// One call as operators will see it: begun with its span, ended when the last byte has left or the
// client has. What is told there becomes the span's attributes, the log line and the metrics.
import type { TierTally } from '../cache/tier-tally.ts';
import { formatCacheStatus } from '../core/cache-status.ts';
import type { GatewayFailure } from '../core/failure.ts';
import type { DeclaredAttributes } from '../core/span-attributes.ts';
import type { RequestHead, Target } from '../core/target.ts';
import type { CallObserver, CallSummary } from '../ports/call-observer.ts';
import type { Clock } from '../ports/runtime.ts';
import type { GatewaySpan, GatewayTracing } from '../ports/tracing.ts';
import type { Told } from '../serve/exchange.ts';
import { spanTiers } from './tier-spans.ts';

export interface CallRecord {
  readonly span: GatewaySpan;
  /** The answer's head is about to be sent. */
  answering(status: number): void;
  sent(bytes: number): void;
  received(bytes: number): void;
  failed(failure: GatewayFailure): void;
  /** Repeating it is fine: the first end counts. */
  end(ended: CallSummary['ended']): void;
}

export interface CallRecordOptions {
  readonly span: GatewaySpan;
  readonly head: RequestHead;
  readonly target: Target | null;
  readonly told: Told;
  readonly tracing: GatewayTracing;
  /** What the lookups for the call have come to. */
  readonly tally: TierTally;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly observers: readonly CallObserver[];
  readonly onEnd: () => void;
}

export function createCallRecord(options: CallRecordOptions): CallRecord {
  const { span, head, target, told, tracing, tally, clock, startedAt, observers } = options;
  let status = 0;
  let bytesSent = 0;
  let bytesReceived = 0;
  let ttfbMs: number | null = null;
  let failure: GatewayFailure | null = null;
  let over = false;

  return {
    span,
    answering(sentStatus) {
      status = sentStatus;
    },
    sent(bytes) {
      ttfbMs ??= clock.now() - startedAt;
      bytesSent += bytes;
    },
    received(bytes) {
      bytesReceived += bytes;
    },
    failed(reason) {
      failure ??= reason;
    },
    end(ended) {
      if (over) return;
      over = true;
      options.onEnd();
      const summary = summarize(ended);
      spanTiers(tracing, span.context, tally.sums);
      span.set(attributesOf(summary));
      tellError(span, summary, failure);
      span.end();
      for (const observer of observers) observer.ended(summary);
    },
  };

  function summarize(ended: CallSummary['ended']): CallSummary {
    return {
      traceId: span.context.traceId,
      method: head.method,
      route: target?.route.template ?? '(none)',
      region: target?.region ?? null,
      imageId: target?.route.imageId ?? null,
      status: status === 0 ? 499 : status,
      cacheStatus: told.cacheStatus && formatCacheStatus(told.cacheStatus),
      tierBytes: told.bytesFrom,
      bytesSent,
      bytesReceived,
      originAttempts: told.originAttempts,
      durationMs: clock.now() - startedAt,
      ttfbMs,
      // The answer to somebody who has gone is whole, and nobody's.
      ended: failure?.code === 'client-gone' ? 'client-gone' : ended,
      failure: failure?.code ?? null,
      requestId: told.requestId,
    };
  }
}

/**
 * By OpenTelemetry's conventions a span of a server is an error when the server is to blame: a status of
 * 5xx, or an answer that broke off. What its clients do wrong is no error, but has its code all the same.
 */
function tellError(
  span: GatewaySpan,
  { status, ended }: CallSummary,
  failure: GatewayFailure | null,
): void {
  const code = failure?.code ?? String(status);
  if (status >= 500 || ended === 'destroyed') span.fail(code, failure?.message ?? '');
  else if (failure) span.set({ 'error.type': code });
}

function attributesOf(summary: CallSummary): DeclaredAttributes {
  const { memory, disk, redis, origin } = summary.tierBytes;
  return {
    'http.response.status_code': summary.status,
    'http.response.body.size': summary.bytesSent,
    'http.request.body.size': summary.bytesReceived || undefined,
    'glance_edge.ended': summary.ended,
    'glance_edge.origin.attempts': summary.originAttempts,
    'glance_edge.image.id': summary.imageId ?? undefined,
    'glance_edge.cache_status': summary.cacheStatus ?? undefined,
    'glance_edge.request_id': summary.requestId ?? undefined,
    'glance_edge.ttfb_ms': summary.ttfbMs ?? undefined,
    'glance_edge.bytes.memory': memory || undefined,
    'glance_edge.bytes.disk': disk || undefined,
    'glance_edge.bytes.redis': redis || undefined,
    'glance_edge.bytes.origin': origin || undefined,
  };
}
