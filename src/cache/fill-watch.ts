// What a fill tells to whoever watches it: the tracing hangs spans and links on these calls, so that
// the engine itself knows nothing of spans.
import type { GatewayFailure } from '../core/failure.ts';
import type { Generation } from '../core/generation.ts';
import type { Call, TraceContext } from '../ports/call.ts';

/** `whole`: the data was not cached. `repair`: single chunks of cached data had gone. */
export type FillKind = 'whole' | 'repair';

export type FillEnd =
  /** Streamed whole, the hash matched, and the generation is servable from the tiers. */
  | { readonly kind: 'committed' }
  /** A repair whose readers have all got what they wanted. */
  | { readonly kind: 'repaired' }
  /** The last reader left too early for it to be worth going on. */
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'failed'; readonly failure: GatewayFailure };

export interface FillWatch {
  /** What the fill's requests to the origin hang under. */
  readonly trace: TraceContext;
  /** A reader begins to wait on this fill. */
  joined(reader: Call): void;
  /** The origin broke off at that byte and is asked again. */
  resumed(position: number, code: string): void;
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

/** @param state not to be asked before the fill has been handed its watch */
export type WatchFill = (
  starter: Call,
  generation: Generation,
  kind: FillKind,
  state: () => FillState,
) => FillWatch;
