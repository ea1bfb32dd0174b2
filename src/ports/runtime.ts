// The small things that a runtime lends: time, timers, unique names, memory. Handed in everywhere,
// so that tests own them.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface Timers {
  /** Runs `work` once after `ms` milliseconds; the result cancels it. Never keeps a process alive. */
  after(ms: number, work: () => void): () => void;
}

/**
 * Resolves once all else that is ready has had its turn: long work is done in pieces, with a turn for
 * the others between them.
 */
export type Turn = () => Promise<void>;

export interface Ids {
  /** A UUID that was never given out before. */
  uuid(): string;
}

/**
 * Memory for what comes and goes in quantity, the chunks: a fresh block for each of them costs more in
 * page faults and garbage collection than reading it from a disk.
 *
 * Every holder of bytes that were lent releases them when it will not look at them again; after the
 * last one their block is lent anew. Who never releases costs a collection, no more; to release what
 * one does not hold, or what may still be read or written, is never right.
 */
export interface Blocks {
  /** `size` bytes of any content in a block of their own; whoever asks is their first holder. */
  lend(size: number): Uint8Array;
  /** One more holder, and true; nothing, and false, for bytes that were not lent. */
  hold(bytes: Uint8Array): boolean;
  /** One holder less; nothing for bytes that were not lent, or are lent to nobody any more. */
  release(bytes: Uint8Array): void;
  /** Bytes that are lent at present; those that were never released count until they are collected. */
  lent(): number;
}

/** Work that goes on after its request: kept alive, and waited for on shutdown. */
export interface Background {
  /** A rejection is logged by the implementation, never lost. */
  keep(work: Promise<unknown>): void;
}
