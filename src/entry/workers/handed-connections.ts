// Connections on their way from the primary to a worker. Node's cluster forgets those that a worker had
// not taken when it died: nobody would ever read or close them, and their clients would wait for ever.
import type { ChildProcess } from 'node:child_process';

/** What the cluster hands over: a connection that the primary has accepted. */
interface Handed {
  close(): void;
}

/**
 * Closes what the worker has not taken when it ends, so that its clients know and can connect anew.
 *
 * Leans on how the cluster speaks to its workers: a handle goes with a numbered message, which the
 * worker acknowledges by that number.
 */
export function closeUntaken(process: ChildProcess): void {
  const untaken = new Map<unknown, Handed>();
  const send = process.send.bind(process) as (...given: unknown[]) => boolean;
  Object.assign(process, {
    send(...given: unknown[]): boolean {
      const [message, handle] = given;
      const number = numberIn(message, 'seq');
      if (number !== null && isHanded(handle)) untaken.set(number, handle);
      return send(...given);
    },
  });
  process.on('internalMessage', (message: unknown) => {
    untaken.delete(numberIn(message, 'ack'));
  });
  process.once('exit', () => {
    for (const handle of untaken.values()) handle.close();
    untaken.clear();
  });
}

function numberIn(message: unknown, key: 'seq' | 'ack'): number | null {
  if (typeof message !== 'object' || message === null || !(key in message)) return null;
  const value: unknown = Reflect.get(message, key);
  return typeof value === 'number' ? value : null;
}

function isHanded(handle: unknown): handle is Handed {
  return typeof handle === 'object' && handle !== null && 'close' in handle;
}
