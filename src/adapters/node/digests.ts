// Digests on Node: large inputs are hashed in threads, off the loop that serves everybody.
import { getHashes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Digests } from '../../ports/digests.ts';
import { opensslName } from '../hash-names.ts';
import { createInlineDigests } from '../inline-digests.ts';
import { type HashWorker, startHashWorker } from './hash-worker.ts';
import { createImageDigest } from './image-digest.ts';

export interface ThreadedDigestsOptions {
  /** Key of `keyed`. */
  readonly secret: string | Uint8Array;
  /** Threads at most; by default 2, or 1 on a single core: two keep up with a 10 Gbit/s fill. */
  readonly threads?: number;
  /** For tests; a thread of this runtime unless given. */
  readonly startWorker?: () => HashWorker;
}

export type ThreadedDigests = Digests & {
  /** Ends the threads; what is pending rejects, and so does what is asked later. */
  close(): Promise<void>;
};

/** Up to here hashing takes less time (below 0.15 ms) than waking a thread and hearing from it. */
const INLINE_BYTES = 64 * 1024;

export function createThreadedDigests(options: ThreadedDigestsOptions): ThreadedDigests {
  const inline = createInlineDigests(options);
  const workers = new Set<HashWorker>();
  const limit = options.threads ?? Math.min(2, availableParallelism());
  const startWorker = options.startWorker ?? startHashWorker;
  let digests = 0;
  let closed = false;

  /** The least busy thread by `load`; a new one while none is idle and there may be more. */
  function pick(load: (worker: HashWorker) => number): HashWorker {
    if (closed) throw new Error('the digests are closed');
    let best: HashWorker | null = null;
    for (const worker of workers) {
      if (!worker.alive) workers.delete(worker);
      else if (best === null || load(worker) < load(best)) best = worker;
    }
    if (best !== null && (load(best) === 0 || workers.size >= limit)) return best;
    const started = startWorker();
    workers.add(started);
    return started;
  }

  return {
    keyed: (text) => inline.keyed(text),
    async chunk(bytes) {
      if (bytes.byteLength <= INLINE_BYTES) return inline.chunk(bytes);
      return pick((worker) => worker.pendingBytes).ask({ ask: 'chunk', bytes });
    },
    image(algorithm) {
      const name = opensslName(algorithm);
      if (name === null || !isSupported(name)) return null;
      digests += 1;
      return createImageDigest({
        digest: digests,
        algorithm: name,
        inlineBytes: INLINE_BYTES,
        pickWorker: () => pick((worker) => worker.digests),
      });
    },
    async close() {
      closed = true;
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}

function isSupported(name: string): boolean {
  return getHashes().includes(name);
}
