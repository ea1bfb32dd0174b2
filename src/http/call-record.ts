// One call as operators will see it: begun with its span, ended when the last byte has left or the
// client has. What is told there becomes the span's attributes, the log line and the metrics.
import { formatCacheStatus } from '../core/cache-status.ts';
import type { GatewayFailure } from '../core/failure.ts';
import type { RequestHead, Target } from '../core/target.ts';
import type { CallObserver, CallSummary } from '../ports/call-observer.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Span } from '../ports/tracing.ts';
import type { Told } from '../serve/exchange.ts';

export interface CallRecord {
  readonly span: Span;
  /** The answer's head is about to be sent. */
  answering(status: number): void;
  sent(bytes: number): void;
  received(bytes: number): void;
  failed(failure: GatewayFailure): void;
  /** Repeating it is fine: the first end counts. */
  end(ended: CallSummary['ended']): void;
}

export interface CallRecordOptions {
  readonly span: Span;
  readonly head: RequestHead;
  readonly target: Target | null;
  readonly told: Told;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly observers: readonly CallObserver[];
  readonly onEnd: () => void;
}

export function createCallRecord(options: CallRecordOptions): CallRecord {
  const { span, head, target, told, clock, startedAt, observers } = options;
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
      const summary = summarize(ended);
      span.set(attributesOf(summary));
      if (failure) span.fail(failure.code, failure.message);
      span.end();
      for (const observer of observers) observer.ended(summary);
      options.onEnd();
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
      ended,
      failure: failure?.code ?? null,
      requestId: told.requestId,
    };
  }
}

/** The span attributes of a call: HTTP's from OpenTelemetry's conventions, `glance_edge.*` our own. */
function attributesOf(summary: CallSummary): Record<string, string | number> {
  const { region, imageId, cacheStatus, tierBytes, failure, requestId, ttfbMs } = summary;
  return {
    'http.response.status_code': summary.status,
    'http.response.body.size': summary.bytesSent,
    'http.request.body.size': summary.bytesReceived,
    'glance_edge.ended': summary.ended,
    'glance_edge.origin.attempts': summary.originAttempts,
    ...(region === null ? {} : { 'glance_edge.region': region }),
    ...(imageId === null ? {} : { 'glance_edge.image.id': imageId }),
    ...(cacheStatus === null ? {} : { 'glance_edge.cache_status': cacheStatus }),
    ...(failure === null ? {} : { 'error.type': failure }),
    ...(requestId === null ? {} : { 'glance_edge.request_id': requestId }),
    ...(ttfbMs === null ? {} : { 'glance_edge.ttfb_ms': ttfbMs }),
    ...Object.fromEntries(
      Object.entries(tierBytes)
        .filter(([, bytes]) => bytes > 0)
        .map(([source, bytes]) => [`glance_edge.bytes.${source}`, bytes]),
    ),
  };
}
