// Spans, as far as the gateway needs them; implemented over @opentelemetry/api, and by a no-op.
import type { HeaderList } from '../core/headers.ts';
import type { DeclaredAttributes } from '../core/span-attributes.ts';
import type { ChildSpanName, SpanEventName } from '../core/span-names.ts';
import type { TraceContext } from './call.ts';

/** Attributes of a span that has them: any name, no gaps. */
export type SpanAttributes = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

export interface Span<Attributes = SpanAttributes, EventName = string> {
  readonly context: TraceContext;
  set(attributes: Attributes): void;
  event(name: EventName, attributes?: Attributes): void;
  link(to: TraceContext, attributes?: Attributes): void;
  /** Marks the span failed; `code` becomes `error.type`. */
  fail(code: string, message: string): void;
  /** Ends it, now or at `endTime` (epoch ms). Repeating it is fine. */
  end(endTime?: number): void;
}

/** `trusted`: the caller has proved who it is, so that what it wants sampled is. */
export type CallerTrust = 'trusted' | 'anybody';

export interface Tracing<Attributes = SpanAttributes, ChildName = string, EventName = string> {
  /**
   * The span of a call: continues the caller's `traceparent`, `tracestate` and `baggage`. Of those that
   * are to be sampled by the word of `anybody`, which is who called unless told, only our own share is.
   */
  server(
    name: string,
    headers: HeaderList,
    attributes: Attributes,
    caller?: CallerTrust,
  ): Span<Attributes, EventName>;
  /** A span below another. `startTime` in epoch ms when the work began earlier. */
  child(
    parent: TraceContext,
    name: ChildName,
    kind: 'internal' | 'client',
    attributes: Attributes,
    startTime?: number,
  ): Span<Attributes, EventName>;
  /** The headers that carry `context` to the origin. */
  headers(context: TraceContext): HeaderList;
}

/** Tracing as the gateway's own code sees it: only what is declared can be told. */
export type GatewayTracing = Tracing<DeclaredAttributes, ChildSpanName, SpanEventName>;

export type GatewaySpan = Span<DeclaredAttributes, SpanEventName>;

/** What an implementation takes: attributes with gaps, which are left out. */
export type GivenAttributes = Readonly<Record<string, SpanAttributes[string] | undefined>>;
