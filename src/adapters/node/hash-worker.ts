// The gateway's end of one hashing thread: asks go in, replies come back in the same order.
import { Worker } from 'node:worker_threads';
import type { HashAsk, HashReply } from './hash-messages.ts';
import { createScratches, type Scratch } from './scratches.ts';

export interface HashWorker {
  /** False when the thread has ended: what it knew of running hashes is lost. */
  readonly alive: boolean;
  /** Bytes that were asked about and not replied to yet: they must stay as they are. */
  readonly pendingBytes: number;
  /** Running hashes that it holds. */
  digests: number;
  /** Rejects when the thread ends before it has replied. */
  ask(ask: HashAsk): Promise<HashReply>;
  /** Ends the thread; what is pending rejects. */
  end(): Promise<void>;
}

interface Asked {
  readonly ask: HashAsk;
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
  const scratches = createScratches();
  /** Asked, but no memory was free yet to send it in. */
  const waiting: Asked[] = [];
  const sent: { readonly asked: Asked; readonly scratch: Scratch | null }[] = [];
  let alive = true;
  let pendingBytes = 0;
  thread.unref();

  thread.on('message', (reply: HashReply) => {
    const answered = sent.shift();
    if (answered === undefined) return;
    const { asked, scratch } = answered;
    pendingBytes -= asked.bytes;
    if (scratch) scratches.giveBack(scratch);
    send();
    if (sent.length === 0) thread.unref();
    asked.resolve(reply);
  });
  thread.on('error', (cause) => lose(cause));
  thread.on('exit', () => lose(null));

  /** In the order of asking, as far as there is memory for it. */
  function send(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const { ask } = next;
      const scratch = 'bytes' in ask ? scratches.copyOf(ask.bytes) : null;
      if ('bytes' in ask && scratch === null) return;
      waiting.shift();
      sent.push({ asked: next, scratch });
      thread.postMessage(scratch ? { ...ask, bytes: scratch.bytes } : ask);
    }
  }

  function lose(cause: unknown): void {
    alive = false;
    pendingBytes = 0;
    const lost = [...sent.splice(0).map(({ asked }) => asked), ...waiting.splice(0)];
    for (const { reject } of lost) reject(new Error('the hashing thread ended', { cause }));
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
        if (sent.length === 0) thread.ref();
        pendingBytes += bytes;
        waiting.push({ ask, bytes, resolve, reject });
        send();
      });
    },
    async end() {
      await thread.terminate();
    },
  };
}
