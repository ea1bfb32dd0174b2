// The gateway's end of one hashing thread: asks go in, replies come back in the same order.
import { Worker } from 'node:worker_threads';
import type { HashAsk, HashReply } from './hash-messages.ts';

export interface HashWorker {
  /** False when the thread has ended: what it knew of running hashes is lost. */
  readonly alive: boolean;
  /** Bytes that were asked about and not replied to yet. */
  readonly pendingBytes: number;
  /** Running hashes that it holds. */
  digests: number;
  /** Rejects when the thread ends before it has replied. */
  ask(ask: HashAsk): Promise<HashReply>;
  /** Ends the thread; what is pending rejects. */
  end(): Promise<void>;
}

interface Pending {
  readonly bytes: number;
  readonly scratch: Uint8Array | null;
  readonly resolve: (reply: HashReply) => void;
  readonly reject: (cause: Error) => void;
}

/** Beside this file, in the form that this file has: source or built. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './hash-thread.ts' : './hash-thread.js',
  import.meta.url,
);

export function startHashWorker(): HashWorker {
  // It needs no environment, and what it does not have it cannot leak.
  const thread = new Worker(THREAD, { name: 'glance-edge-hash', env: {}, execArgv: [] });
  const pending: Pending[] = [];
  const scratches = createScratches();
  let alive = true;
  let pendingBytes = 0;
  thread.unref();

  thread.on('message', (reply: HashReply) => {
    const answered = pending.shift();
    if (answered === undefined) return;
    pendingBytes -= answered.bytes;
    if (answered.scratch) scratches.give(answered.scratch);
    if (pending.length === 0) thread.unref();
    answered.resolve(reply);
  });
  thread.on('error', (cause) => lose(cause));
  thread.on('exit', () => lose(null));

  function lose(cause: unknown): void {
    alive = false;
    pendingBytes = 0;
    for (const { reject } of pending.splice(0)) {
      reject(new Error('the hashing thread ended', { cause }));
    }
  }

  return {
    get alive() {
      return alive;
    },
    get pendingBytes() {
      return pendingBytes;
    },
    digests: 0,
    ask(ask) {
      if (!alive) return Promise.reject(new Error('the hashing thread has ended'));
      return new Promise((resolve, reject) => {
        const bytes = 'bytes' in ask ? ask.bytes.byteLength : 0;
        // While a reply is owed the process must not end for want of other work.
        if (pending.length === 0) thread.ref();
        const scratch = 'bytes' in ask ? scratches.copyOf(ask.bytes) : null;
        pending.push({ bytes, scratch, resolve, reject });
        pendingBytes += bytes;
        thread.postMessage(scratch ? { ...ask, bytes: scratch.subarray(0, bytes) } : ask);
      });
    },
    async end() {
      await thread.terminate();
    },
  };
}

interface Scratches {
  /** A copy in shared memory, at the front of a block that may be longer; null when it is shared already. */
  copyOf(bytes: Uint8Array): Uint8Array | null;
  give(scratch: Uint8Array): void;
}

/** Kept for the next asks: one being hashed and one being filled; more are garbage. */
const KEPT_SCRATCHES = 2;

/**
 * Blocks of shared memory that bytes are copied to, used again and again: a fresh block for each
 * chunk would cost more in page faults and garbage collection than the copy itself.
 */
function createScratches(): Scratches {
  const free: Uint8Array[] = [];
  return {
    copyOf(bytes) {
      if (bytes.buffer instanceof SharedArrayBuffer) return null;
      const found = free.findIndex((scratch) => scratch.byteLength >= bytes.byteLength);
      const [reused] = found < 0 ? [] : free.splice(found, 1);
      const scratch = reused ?? new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
      scratch.set(bytes);
      return scratch;
    },
    give(scratch) {
      free.unshift(scratch);
      if (free.length > KEPT_SCRATCHES) free.pop();
    },
  };
}
