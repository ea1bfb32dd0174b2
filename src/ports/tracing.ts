// Spans, as far as the gateway needs them; implemented over @opentelemetry/api, and by a no-op.
import type { HeaderList } from '../core/headers.ts';
import type { TraceContext } from './call.ts';

export type SpanAttributes = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

export interface Span {
  readonly context: TraceContext;
  set(attributes: SpanAttributes): void;
  event(name: string, attributes?: SpanAttributes): void;
  link(to: TraceContext, attributes?: SpanAttributes): void;
  /** Marks the span failed; `code` becomes `error.type`. */
  fail(code: string, message: string): void;
  /** Ends it, now or at `endTime` (epoch ms). Repeating it is fine. */
  end(endTime?: number): void;
}

export interface Tracing {
  /** The span of a call: continues the caller's `traceparent`, `tracestate` and `baggage`. */
  server(name: string, headers: HeaderList, attributes: SpanAttributes): Span;
  /** A span below another. `startTime` in epoch ms when the work began earlier. */
  child(
    parent: TraceContext,
    name: string,
    kind: 'internal' | 'client',
    attributes: SpanAttributes,
    startTime?: number,
  ): Span;
  /** The headers that carry `context` to the origin. */
  headers(context: TraceContext): HeaderList;
}
