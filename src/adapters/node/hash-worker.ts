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
  let alive = true;
  let pendingBytes = 0;
  thread.unref();

  thread.on('message', (reply: HashReply) => {
    const answered = pending.shift();
    if (answered === undefined) return;
    pendingBytes -= answered.bytes;
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
        pending.push({ bytes, resolve, reject });
        pendingBytes += bytes;
        send(thread, ask);
      });
    },
    async end() {
      await thread.terminate();
    },
  };
}

/** Shared memory goes over as it is; anything else as a copy of just these bytes, handed over whole. */
function send(thread: Worker, ask: HashAsk): void {
  if (!('bytes' in ask) || ask.bytes.buffer instanceof SharedArrayBuffer) {
    thread.postMessage(ask);
    return;
  }
  const copy = new Uint8Array(ask.bytes);
  thread.postMessage({ ...ask, bytes: copy }, [copy.buffer]);
}
