// A span while it is recorded and afterwards: one object that the gateway writes and that exporters and
// the trace page read. The SDK's own spans cost several times as much, which warm reads would feel.
import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
} from '@opentelemetry/api';
import { type InstrumentationScope, millisToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { TraceContext } from '../../ports/call.ts';
import type { GivenAttributes, Span } from '../../ports/tracing.ts';
import { spanContext } from './trace-context.ts';

/** What the spans of a program have in common. */
export interface SpanSource {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly onEnd: (span: RecordedSpan) => void;
}

export interface SpanBeginning {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: TraceContext;
  /** The span of this process that it hangs under. */
  readonly parent?: TraceContext | null;
  /** Where it is the first one of this process: what the caller told of its own. */
  readonly caller?: SpanContext | null;
  readonly attributes: GivenAttributes;
  /** Epoch milliseconds; null for now. */
  readonly startTime: number | null;
}

/** Events, and links, of one span: OpenTelemetry's default limit, which collectors count on. */
const MAX_PARTS = 128;

export class RecordedSpan implements ReadableSpan, Span<GivenAttributes> {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: TraceContext;
  status: SpanStatus = UNSET;
  ended = false;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  readonly droppedAttributesCount = 0;
  readonly #source: SpanSource;
  /** Most spans have none. */
  #links: Link[] | null = null;
  #events: TimedEvent[] | null = null;
  /** What was told, as it was told: most spans go unseen, and nobody has to put it together. */
  #told: Told;
  #attributes: Attributes | null = null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** On the clock that never jumps; null when the start is somebody else's word. */
  readonly #since: number | null;
  #durationMs = 0;
  readonly #parent: TraceContext | null;
  readonly #caller: SpanContext | null;

  constructor(source: SpanSource, beginning: SpanBeginning) {
    const { name, kind, context, parent, caller, attributes, startTime } = beginning;
    this.#source = source;
    this.name = name;
    this.kind = kind;
    this.context = context;
    this.#parent = parent ?? null;
    this.#caller = caller ?? null;
    this.startedAt = startTime ?? Date.now();
    this.#since = startTime === null ? performance.now() : null;
    this.#told = { attributes, before: null };
  }

  set(attributes: GivenAttributes): void {
    if (this.ended) return;
    this.#told = { attributes, before: this.#told };
    this.#attributes = null;
  }

  event(name: string, attributes: GivenAttributes = {}): void {
    if (this.ended) return;
    if (this.events.length >= MAX_PARTS) this.droppedEventsCount += 1;
    else {
      const time = millisToHrTime(this.startedAt + this.#elapsedMs());
      this.events.push({ name, time, attributes: withoutGaps({ attributes, before: null }) });
    }
  }

  link(to: TraceContext, attributes: GivenAttributes = {}): void {
    if (this.ended) return;
    if (this.links.length >= MAX_PARTS) this.droppedLinksCount += 1;
    else
      this.links.push({
        context: spanContext(to),
        attributes: withoutGaps({ attributes, before: null }),
      });
  }

  fail(code: string, message: string): void {
    if (this.ended) return;
    this.set({ [ATTR_ERROR_TYPE]: code });
    this.status = { code: SpanStatusCode.ERROR, message };
  }

  end(endTime?: number): void {
    if (this.ended) return;
    const durationMs = endTime === undefined ? this.#elapsedMs() : endTime - this.startedAt;
    this.#durationMs = Math.max(0, durationMs);
    this.ended = true;
    this.#source.onEnd(this);
  }

  get links(): Link[] {
    this.#links ??= [];
    return this.#links;
  }

  get events(): TimedEvent[] {
    this.#events ??= [];
    return this.#events;
  }

  get attributes(): Attributes {
    this.#attributes ??= withoutGaps(this.#told);
    return this.#attributes;
  }

  /** One of the attributes, without a look at the others. */
  attribute(name: string): Attributes[string] {
    for (let told: Told | null = this.#told; told !== null; told = told.before) {
      const value = told.attributes[name];
      if (value !== undefined) return value as Attributes[string];
    }
    return undefined;
  }

  /** 0 until it has ended. */
  get durationMs(): number {
    return this.#durationMs;
  }

  #elapsedMs(): number {
    return this.#since === null ? Date.now() - this.startedAt : performance.now() - this.#since;
  }

  /** Undefined for none: the SDK's type has it absent then, which a getter can't be. */
  get parentSpanContext(): SpanContext {
    const parent = this.#parent === null ? this.#caller : spanContext(this.#parent);
    return (parent ?? undefined) as SpanContext;
  }

  /** The first span of this process in its trace, or of this call in it. */
  get isCall(): boolean {
    return this.#parent === null;
  }

  /** Whether its trace may be known already: that of a call nobody told us of is new. */
  get isContinued(): boolean {
    return this.#parent !== null || this.#caller !== null;
  }

  spanContext(): SpanContext {
    return spanContext(this.context);
  }

  get startTime(): HrTime {
    return millisToHrTime(this.startedAt);
  }

  get endTime(): HrTime {
    return millisToHrTime(this.startedAt + this.#durationMs);
  }

  get duration(): HrTime {
    return millisToHrTime(this.#durationMs);
  }

  get resource(): Resource {
    return this.#source.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.#source.scope;
  }
}

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };

/** The latest first. */
interface Told {
  readonly attributes: GivenAttributes;
  readonly before: Told | null;
}

function withoutGaps({ attributes: latest, before }: Told): Attributes {
  const attributes = before === null ? {} : withoutGaps(before);
  for (const name in latest) {
    const value = latest[name];
    if (value !== undefined) attributes[name] = typeof value === 'object' ? [...value] : value;
  }
  return attributes;
}
