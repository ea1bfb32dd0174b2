// Connections on their way from the primary to a worker. Node's cluster forgets those that a worker had
// not taken when it died, and those that the last worker to stop listening hands back: nobody would ever
// read or close them, and their clients would wait for ever.
import type { ChildProcess } from 'node:child_process';

/** What the cluster hands over: a connection that the primary has accepted. */
interface Handed {
  close(): void;
}

/** The workers that listen. The cluster is one for the whole process, and so are they. */
const listening = new Set<ChildProcess>();

/**
 * Closes what the worker has not taken when it ends, and what it hands back when nobody else listens, so
 * that the clients know and can connect anew.
 *
 * Leans on how the cluster speaks to its workers: a handle goes with a numbered message, which the
 * worker acknowledges by that number and accepts or not. The cluster hears of it first.
 */
export function closeUntaken(process: ChildProcess): void {
  const untaken = new Map<unknown, Handed>();
  const send = process.send.bind(process) as (...given: unknown[]) => boolean;
  Object.assign(process, {
    send(...given: unknown[]): boolean {
      const [message, handle] = given;
      const number = valueIn(message, 'seq');
      if (typeof number === 'number' && isHanded(handle)) untaken.set(number, handle);
      return send(...given);
    },
  });
  process.on('internalMessage', (message: unknown) => {
    const act = valueIn(message, 'act');
    if (act === 'queryServer') listening.add(process);
    if (act === 'close') listening.delete(process);
    const number = valueIn(message, 'ack');
    const handle = untaken.get(number);
    untaken.delete(number);
    // While another worker listens, the cluster has handed it on or will; else it only keeps it.
    if (valueIn(message, 'accepted') === false && listening.size === 0) handle?.close();
  });
  process.once('exit', () => {
    listening.delete(process);
    for (const handle of untaken.values()) handle.close();
    untaken.clear();
  });
}

function valueIn(message: unknown, key: 'seq' | 'ack' | 'act' | 'accepted'): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, key) : undefined;
}

function isHanded(handle: unknown): handle is Handed {
  return typeof handle === 'object' && handle !== null && 'close' in handle;
}
