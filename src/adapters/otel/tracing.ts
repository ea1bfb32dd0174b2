// Tracing in OpenTelemetry's terms, with explicit contexts: the parent of a span is the value that
// travels with the call, so no ambient state has to survive streams and shared fills.
import { type SpanContext, SpanKind, TraceFlags } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { HeaderList } from '../../core/headers.ts';
import type { TraceContext } from '../../ports/call.ts';
import type { Ids } from '../../ports/runtime.ts';
import type { CallerTrust, GivenAttributes, Span, Tracing } from '../../ports/tracing.ts';
import { OwnContext } from './own-context.ts';
import { RecordedSpan, type SpanBeginning, type SpanSource } from './recorded-span.ts';
import type { Sampling } from './sampling.ts';
import { createSpanIds } from './span-ids.ts';
import { type CallerTrace, callerTrace, traceContext, traceHeaders } from './trace-context.ts';

/** Is told of every span as it begins and as it ends. */
export interface SpanSink {
  onStart(span: RecordedSpan): void;
  onEnd(span: RecordedSpan): void;
}

export interface TracingParts {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  /** Told of every span; `sampled` says which of them are to be exported. */
  readonly processors: readonly SpanSink[];
  readonly sampling: Sampling;
}

export function createTracing(parts: TracingParts): Tracing<GivenAttributes> {
  const { resource, scope, processors, sampling } = parts;
  const ids = createSpanIds();
  const source: SpanSource = {
    resource,
    scope,
    onEnd(span) {
      for (const processor of processors) processor.onEnd(span);
    },
  };

  function begin(beginning: SpanBeginning): RecordedSpan {
    const span = new RecordedSpan(source, beginning);
    for (const processor of processors) processor.onStart(span);
    return span;
  }

  /** What a caller does not want sampled is not. */
  function isSampled({ traceId, traceFlags }: SpanContext, trust: CallerTrust): boolean {
    const wanted = (traceFlags & TraceFlags.SAMPLED) !== 0;
    return wanted && (trust === 'trusted' || sampling.wished(traceId));
  }

  return {
    server(name, headers, attributes, trust = 'anybody') {
      const { parent, baggage } = tellsOfTrace(headers) ? callerTrace(headers) : UNTRACED;
      const traceId = parent?.traceId ?? ids.trace();
      const context = new OwnContext(ids, {
        traceId,
        sampled: parent === null ? sampling.begun(traceId) : isSampled(parent, trust),
        traceState: parent?.traceState?.serialize() || null,
        baggage,
      });
      const kind = SpanKind.SERVER;
      return begin({ name, kind, context, caller: parent, attributes, startTime: null });
    },

    child(parent, name, kind, attributes, startTime) {
      const known = /[1-9a-f]/.test(parent.traceId);
      const traceId = known ? parent.traceId : ids.trace();
      return begin({
        name,
        kind: KINDS[kind],
        context: new OwnContext(ids, {
          traceId,
          sampled: known ? parent.sampled : sampling.begun(traceId),
          traceState: parent.traceState,
          baggage: parent.baggage,
        }),
        parent: known ? parent : null,
        attributes,
        startTime: startTime ?? null,
      });
    },

    headers: traceHeaders,
  };
}

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

const UNTRACED: CallerTrace = { parent: null, baggage: null };

/** Most callers have no trace: they are spared the propagator. */
function tellsOfTrace(headers: HeaderList): boolean {
  return headers.some(([name]) => {
    const isLong = name.length === 11 || name.length === 7;
    return isLong && TRACE_HEADERS.has(name.toLowerCase());
  });
}

const TRACE_HEADERS: ReadonlySet<string> = new Set(['traceparent', 'baggage']);

/**
 * Tracing that records nothing. Every call still has a trace id for `X-Trace-Id`, and a caller's
 * trace passes through as it came, so that the origin's spans hang under the caller's.
 */
export function createNoopTracing(ids: Ids): Tracing<GivenAttributes> {
  return {
    server(_name, headers) {
      const { parent, baggage } = callerTrace(headers);
      const own = { traceId: hex(ids, 32), spanId: hex(ids, 16), traceFlags: 0 };
      return noopSpan(traceContext(parent ?? own, baggage));
    },
    child: (parent) => noopSpan(parent),
    headers: traceHeaders,
  };
}

function noopSpan(context: TraceContext): Span<GivenAttributes> {
  return { context, set: nothing, event: nothing, link: nothing, fail: nothing, end: nothing };
}

function nothing(): void {}

/** The last digits of a UUID are its random ones; the first hold its version. */
function hex(ids: Ids, digits: 16 | 32): string {
  return ids.uuid().replaceAll('-', '').slice(-digits);
}
