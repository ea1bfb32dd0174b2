// A running hash that starts small and moves to a thread, for good, once it is worth one.
import { createHash } from 'node:crypto';
import type { ImageDigest } from '../../ports/digests.ts';
import type { HashWorker } from './hash-worker.ts';

interface Options {
  /** Its number, the same on the thread. */
  readonly digest: number;
  /** OpenSSL's name. */
  readonly algorithm: string;
  /** Up to so many bytes no thread is asked. */
  readonly inlineBytes: number;
  /** The thread that it stays with. */
  readonly pickWorker: () => HashWorker;
}

export function createImageDigest(options: Options): ImageDigest {
  const { digest, algorithm, inlineBytes, pickWorker } = options;
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let worker: HashWorker | null = null;
  let left = false;

  function moveToWorker(): HashWorker {
    const picked = pickWorker();
    picked.digests += 1;
    worker = picked;
    return picked;
  }

  function leaveWorker(): void {
    if (worker !== null && !left) worker.digests -= 1;
    left = true;
  }

  return {
    async update(bytes) {
      if (worker === null && heldBytes + bytes.byteLength <= inlineBytes) {
        held.push(new Uint8Array(bytes));
        heldBytes += bytes.byteLength;
        return;
      }
      const thread = worker ?? moveToWorker();
      const inOrder = [...held.splice(0), bytes];
      await Promise.all(
        inOrder.map((piece) => thread.ask({ ask: 'update', digest, algorithm, bytes: piece })),
      );
    },
    async finish() {
      if (worker === null) {
        const hash = createHash(algorithm);
        for (const piece of held) hash.update(piece);
        return hash.digest('hex');
      }
      leaveWorker();
      return worker.ask({ ask: 'finish', digest });
    },
    discard() {
      held.length = 0;
      if (left) return;
      leaveWorker();
      // A thread that has ended has forgotten it already.
      worker?.ask({ ask: 'discard', digest }).catch(() => {});
    },
  };
}
