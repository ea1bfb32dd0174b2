// A hashing thread: takes what is asked in order, replies in the same order, knows nothing else.
import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { HashAsk, HashReply } from './hash-messages.ts';

const running = new Map<number, Hash>();

parentPort?.on('message', (ask: HashAsk) => {
  const reply: HashReply = answer(ask);
  parentPort?.postMessage(reply);
});

function answer(ask: HashAsk): HashReply {
  switch (ask.ask) {
    case 'chunk':
      return createHash('sha256').update(ask.bytes).digest('hex');
    case 'update':
      runningHash(ask.digest, ask.algorithm).update(ask.bytes);
      return '';
    case 'finish':
      return finished(ask.digest);
    case 'discard':
      running.delete(ask.digest);
      return '';
  }
}

function runningHash(digest: number, algorithm: string): Hash {
  const known = running.get(digest);
  if (known !== undefined) return known;
  const hash = createHash(algorithm);
  running.set(digest, hash);
  return hash;
}

function finished(digest: number): string {
  const hash = running.get(digest);
  running.delete(digest);
  return hash?.digest('hex') ?? '';
}
