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

export interface Ids {
  /** A UUID that was never given out before. */
  uuid(): string;
}

export interface Buffers {
  /** `size` zeroed bytes in a memory block of their own (a view into a pool would pin the pool). */
  allocate(size: number): Uint8Array;
}

/** Work that goes on after its request: kept alive, and waited for on shutdown. */
export interface Background {
  /** A rejection is logged by the implementation, never lost. */
  keep(work: Promise<unknown>): void;
}
