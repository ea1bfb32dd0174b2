// The identity of a span of ours. Most spans of warm reads are neither exported nor looked at: their ids
// are made when somebody asks for one.
import type { TraceContext } from '../../ports/call.ts';
import type { SpanIds } from './span-ids.ts';

/** What a span has from its trace. */
export type TracePart = Pick<TraceContext, 'traceId' | 'sampled' | 'traceState' | 'baggage'>;

export class OwnContext implements TraceContext {
  readonly traceId: string;
  readonly sampled: boolean;
  readonly traceState: string | null;
  readonly baggage: string | null;
  readonly profile = null;
  readonly #ids: SpanIds;
  #spanId: string | null = null;

  constructor(ids: SpanIds, { traceId, sampled, traceState, baggage }: TracePart) {
    this.#ids = ids;
    this.traceId = traceId;
    this.sampled = sampled;
    this.traceState = traceState;
    this.baggage = baggage;
  }

  get spanId(): string {
    this.#spanId ??= this.#ids.span();
    return this.#spanId;
  }
}
