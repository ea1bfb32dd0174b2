// Messages over the IPC channel that Node opens between a process and those it forks.
import type { Carrier } from './channel.ts';

/** What a forked process's handle and the forked process's own `process` have in common. */
export interface IpcEnd {
  readonly connected: boolean;
  send?(
    message: object,
    handle: undefined,
    options: undefined,
    callback: (error: Error | null) => void,
  ): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/**
 * @param end forked with `serialization: 'advanced'`, so that bytes and dates arrive as they are
 * @param exit settles when the process at the other end has ended, where that is known: one that is
 *   killed while it sends, or is sent a connection, is not always told to have disconnected
 */
export function processCarrier(end: IpcEnd, exit: Promise<unknown> | null = null): Carrier {
  return {
    send(message, sent) {
      if (!end.connected || end.send === undefined) return sent();
      // With a callback the end of the line is told here, not thrown.
      end.send(message as object, undefined, undefined, () => sent());
    },
    onMessage: (listener) => void end.on('message', listener),
    onGone(listener) {
      if (end.connected) end.once('disconnect', listener);
      else listener();
      void exit?.then(listener);
    },
  };
}
