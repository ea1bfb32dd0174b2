// What a fill tells to whoever watches it: the tracing hangs spans and links on these calls, so that
// the engine itself knows nothing of spans.
import type { GatewayFailure } from '../core/failure.ts';
import type { Generation } from '../core/generation.ts';
import type { Call, CallWatch, TraceContext } from '../ports/call.ts';
import type { TierStored } from './tier-stack.ts';

/** `whole`: the data was not cached. `repair`: single chunks of cached data had gone. */
export type FillKind = 'whole' | 'repair';

export type FillEnd =
  /** Streamed whole, the hash matched, and the generation is servable from the tiers. */
  | { readonly kind: 'committed' }
  /** A repair whose readers have all got what they wanted. */
  | { readonly kind: 'repaired' }
  /** Another process had fetched it just before: it is in the tiers. */
  | { readonly kind: 'found' }
  /** The last reader left too early for it to be worth going on. */
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'failed'; readonly failure: GatewayFailure };

/**
 * Whether the fill has asked the origin for data, or has come to nothing: what is counted. Without a byte
 * of the origin's a fill that went well has followed one of another process, or found its work done.
 */
export function isOfOrigin({ kind }: FillEnd, originBytes: number): boolean {
  return originBytes > 0 || kind === 'failed' || kind === 'abandoned';
}

export interface FillWatch {
  /** What the fill's requests to the origin hang under. */
  readonly trace: TraceContext;
  /** Of the fill's own lookups, and of its requests to the origin. */
  readonly watch: CallWatch;
  /** A reader begins to use this fill. */
  joined(reader: Call): ReaderWatch;
  /** The origin broke off at that byte and is asked again. */
  resumed(position: number, code: string): void;
  /** A chunk was offered to the tiers. */
  stored(tiers: readonly TierStored[]): void;
  /** All bytes have come, and all are right: known so many milliseconds after the last one came. */
  verified(waitedMs: number): void;
  ended(
    end: FillEnd,
    told: { readonly originBytes: number; readonly originAttempts: number },
  ): void;
}

/** How far a fill is, for whoever asks while it runs. */
export interface FillState {
  /** Bytes of the image that it has brought. */
  readonly filledBytes: number;
  /** Readers that have not left. */
  readonly readers: number;
}

export interface ReaderWatch {
  /** Once. */
  left(told: ReaderTold): void;
}

export interface ReaderTold {
  /** Time that the reader has waited for the fill to bring something, in milliseconds. */
  readonly waitedMs: number;
  /** What it took from the fill. */
  readonly bytes: number;
  /** What ended the fill while the reader still wanted more of it, or the reader's own leaving. */
  readonly failure: GatewayFailure | null;
}

/** @param state not to be asked before the fill has been handed its watch */
export type WatchFill = (
  starter: Call,
  generation: Generation,
  kind: FillKind,
  state: () => FillState,
) => FillWatch;
