// A client that says exactly these bytes, and tells what came back and how the connection ended.
import { connect } from 'node:net';

export interface RawCall {
  /** All that has come, as Latin-1. */
  readonly text: string;
  /** Resolves once that has come, or the connection has ended. */
  until(part: string): Promise<void>;
  send(text: string): void;
  /** How it ended: `closed` in order, else the code of an error. */
  readonly ended: Promise<string>;
}

export function callRaw(url: string, text: string): RawCall {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  let came = '';
  let code = 'closed';
  let waiting: { part: string; resolve: () => void }[] = [];
  const look = (over: boolean): void => {
    waiting = waiting.filter(({ part, resolve }) => {
      if (over || came.includes(part)) resolve();
      return !over && !came.includes(part);
    });
  };
  socket.setEncoding('latin1');
  socket.on('data', (data) => {
    came += String(data);
    look(false);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    code = error.code ?? error.message;
  });
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => {
      look(true);
      resolve(code);
    });
  });
  socket.write(text);
  return {
    get text() {
      return came;
    },
    until: (part) =>
      new Promise((resolve) => {
        waiting.push({ part, resolve });
        look(socket.destroyed);
      }),
    send: (more) => void socket.write(more),
    ended,
  };
}
