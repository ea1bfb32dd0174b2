// The kinds of trouble an origin can make, and the rules that say for which calls.
import type { CallFilter, LedgerCall } from './ledger.ts';

/** Offsets count body bytes of the one answer, from 0. */
export type Trouble =
  /** Answers this instead of asking Glance. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Waits with a request before Glance sees it, or with the finished answer before its head. */
  | { readonly kind: 'hold'; readonly what: 'request' | 'answer'; readonly until: Promise<void> }
  /** Closes the connection instead of answering. */
  | { readonly kind: 'hang-up' }
  /**
   * Breaks the connection once `at` body bytes are out, whatever the head has promised: with an
   * orderly `fin`, or with a `reset`, which may also take back bytes that are still on their way.
   */
  | { readonly kind: 'cut'; readonly at: number; readonly how?: 'fin' | 'reset' }
  /**
   * Ends the message in good order after `at` bytes, as if that were all: with a
   * `Content-Length` that says so, or with the last chunk of a chunked body.
   */
  | { readonly kind: 'short'; readonly at: number; readonly framing: 'length' | 'chunked' }
  /** Sends the whole body without a `Content-Length`: chunked, or up to the end of the connection. */
  | { readonly kind: 'unframed'; readonly framing: 'chunked' | 'close' }
  /** Inverts the byte at that offset. */
  | { readonly kind: 'flip'; readonly at: number }
  /** Sends nothing from that offset on until released. */
  | { readonly kind: 'stall'; readonly at: number; readonly until: Promise<void> }
  /** Sends this one answer no faster than that. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

export interface TroubleRule {
  /** The calls that it befalls. */
  readonly on: CallFilter;
  readonly trouble: Trouble;
  /** How many of them, the first ones; all unless given. */
  readonly times?: number;
}

/** A rule in force. */
export interface ActiveRule {
  /** Calls that it has befallen. */
  readonly hits: number;
  /** Resolves when the trouble has first happened: a stall stands, a byte is flipped … */
  readonly struck: Promise<void>;
  /** Spares all further calls. */
  end(): void;
}

/** One trouble of one call; `strike` says that it has happened. */
export interface Stroke<Kind extends Trouble = Trouble> {
  readonly trouble: Kind;
  readonly strike: () => void;
}

export interface Rules {
  readonly add: (rule: TroubleRule) => ActiveRule;
  /** The troubles of a new call, in the order in which their rules were made; counts as a hit. */
  strokes(call: LedgerCall): readonly Stroke[];
}

export function createRules(): Rules {
  let active: { rule: TroubleRule; hits: number; strike: () => void }[] = [];
  return {
    add(rule) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const entry = { rule, hits: 0, strike: resolve };
      active.push(entry);
      return {
        get hits() {
          return entry.hits;
        },
        struck: promise,
        end: () => {
          active = active.filter((one) => one !== entry);
        },
      };
    },
    strokes(call) {
      const befalling = active.filter(
        ({ rule, hits }) => hits < (rule.times ?? Infinity) && rule.on(call),
      );
      for (const entry of befalling) entry.hits += 1;
      return befalling.map(({ rule, strike }) => ({ trouble: rule.trouble, strike }));
    },
  };
}

/** The strokes of one kind. */
export function ofKind<Kind extends Trouble['kind']>(
  strokes: readonly Stroke[],
  kind: Kind,
): readonly Stroke<Extract<Trouble, { kind: Kind }>>[] {
  const isOne = (stroke: Stroke): stroke is Stroke<Extract<Trouble, { kind: Kind }>> =>
    stroke.trouble.kind === kind;
  return strokes.filter(isOne);
}
