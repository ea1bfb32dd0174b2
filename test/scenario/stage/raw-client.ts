// A client that says exactly the bytes it is given: for uploads that break off, that are refused
// while they run, or that wait for "100 Continue".
import { connect, type Socket } from 'node:net';
import { OWNER } from '../../support/trouble-origin.ts';

export interface RawClient {
  /** Resolves when the bytes are with the kernel, or will never be. */
  say(bytes: string | Uint8Array): Promise<void>;
  /** All that came in, once it matches or the connection has ended. */
  hears(pattern: RegExp): Promise<string>;
  /** All that came in by the end of the connection. */
  readonly ended: Promise<string>;
  /** Drops the connection. */
  leave(): void;
}

export function openRawClient(url: string): RawClient {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const waiting = new Set<() => void>();
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  let heard = '';
  let over = false;
  const changed = (): void => {
    for (const check of waiting) check();
  };
  // Whoever waits sees the end of the connection, whatever ended it.
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1');
    changed();
  });
  socket.on('close', () => {
    over = true;
    resolve(heard);
    changed();
  });
  return {
    say: (bytes) =>
      new Promise((done) => {
        if (over) return done();
        socket.write(bytes, () => done());
      }),
    hears: (pattern) =>
      new Promise((done) => {
        const check = (): void => {
          if (!pattern.test(heard) && !over) return;
          waiting.delete(check);
          done(heard);
        };
        waiting.add(check);
        check();
      }),
    ended,
    leave: () => void socket.destroy(),
  };
}

/** The head of an upload of image data. */
export function uploadHead(path: string, headers: readonly string[], token = OWNER): string {
  return [
    `PUT ${path} HTTP/1.1`,
    'Host: images.example',
    `X-Auth-Token: ${token}`,
    'Content-Type: application/octet-stream',
    ...headers,
    '',
    '',
  ].join('\r\n');
}

/** One chunk of a chunked body. */
export function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
}
