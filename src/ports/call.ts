// What travels with a request through every layer: its signal, its place in the trace, and who is
// told of what happens on the way.
import type { FailureCode } from '../core/failure.ts';
import type { Profile } from '../core/osprofiler.ts';
import type { TierName } from './tier.ts';

/** A span's identity as W3C Trace Context names it; a plain value that any layer may carry. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** The `tracestate` header as received, to be sent on. */
  readonly traceState: string | null;
  /** The `baggage` header as received, to be sent on. */
  readonly baggage: string | null;
  /** The osprofiler profile that the caller has asked for with a valid signature. */
  readonly profile: Profile | null;
}

/** One piece of work: when to stop, and which span it belongs to. */
export interface Call {
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** The span that new work hangs under. */
  readonly trace: TraceContext;
  readonly watch: CallWatch;
}

/** Is told what the work for a call came upon. Never throws, never blocks. */
export interface CallWatch {
  /** Tiers were asked for something, in this order. */
  looked(tries: readonly TierTry[]): void;
  /**
   * An endpoint did not answer, or said that it is busy.
   *
   * @param goesOn whether the request is sent again, as a rule to the region's next endpoint
   */
  attemptFailed(endpoint: string, code: FailureCode | '503', goesOn: boolean): void;
}

/** One tier asked for one entry. */
export interface TierTry {
  readonly tier: TierName;
  readonly answer: 'hit' | 'miss' | 'failed';
  /** What a hit brought. */
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** For work that nobody follows. */
export const UNWATCHED: CallWatch = { looked() {}, attemptFailed() {} };
