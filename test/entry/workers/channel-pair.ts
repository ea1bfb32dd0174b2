// Both ends of a line between a primary and a worker, in one process: what is sent arrives as a copy, in
// a later turn.
import { type Carrier, type Channel, createChannel } from '../../../src/entry/workers/channel.ts';

export interface ChannelPair {
  readonly primary: Channel;
  readonly worker: Channel;
  /** From here on nothing arrives at the worker until `resume`, as in one that hangs. */
  hang(): void;
  resume(): void;
  /** Ends the line, as the death of the worker does. */
  die(): void;
}

export function openChannelPair(): ChannelPair {
  const [primary, worker] = [openEnd(), openEnd()];
  const held: unknown[] = [];
  let hangs = false;
  return {
    primary: createChannel(primary.carrierTo((message) => toWorker(message))),
    worker: createChannel(worker.carrierTo((message) => primary.arrive(message))),
    hang() {
      hangs = true;
    },
    resume() {
      hangs = false;
      for (const message of held.splice(0)) worker.arrive(message);
    },
    die() {
      primary.end();
      worker.end();
    },
  };

  function toWorker(message: unknown): void {
    if (hangs) held.push(message);
    else worker.arrive(message);
  }
}

function openEnd() {
  const listeners = new Set<(message: unknown) => void>();
  const ends = new Set<() => void>();
  let gone = false;
  return {
    carrierTo: (deliver: (message: unknown) => void): Carrier => ({
      send(message, sent) {
        const copy: unknown = structuredClone(message);
        queueMicrotask(() => {
          if (!gone) deliver(copy);
          sent();
        });
      },
      onMessage: (listener) => void listeners.add(listener),
      onGone: (listener) => void ends.add(listener),
    }),
    arrive(message: unknown) {
      for (const listener of listeners) listener(message);
    },
    end() {
      gone = true;
      for (const listener of ends) listener();
    },
  };
}
