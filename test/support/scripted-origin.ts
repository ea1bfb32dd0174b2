// An origin that says exactly the bytes a script gives it, and remembers every byte it was sent.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** One connection, as the origin's end of it. */
export interface Peer {
  /** Everything received so far, as Latin-1: one character per byte. */
  readonly received: () => string;
  /** Waits until the bytes received satisfy the condition. Rejects when the connection ends first. */
  until(condition: (received: string) => boolean): Promise<string>;
  /** Waits for the end of a request's head; the head, with its last empty line. */
  head(): Promise<string>;
  /** Sends bytes; resolves when they are with the kernel. */
  say(bytes: string | Uint8Array): Promise<void>;
  /** Whether what `say` was given could not leave yet, because the other side reads too slowly. */
  readonly blocked: () => boolean;
  /** Bytes given to `say` that have left this process. */
  readonly sent: () => number;
  /** Stops reading, so that the sender meets backpressure. */
  pause(): void;
  resume(): void;
  /** Ends its own direction, as a server does that closes. */
  end(): void;
  /** Ends the connection with a reset. */
  reset(): void;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
}

export interface ScriptedOrigin {
  readonly url: string;
  readonly port: number;
  /** Connections so far, the oldest first. */
  readonly peers: readonly Peer[];
  readonly close: () => Promise<void>;
}

/** Starts an origin on a free loopback port that runs `script` for every connection. */
export async function startScriptedOrigin(
  script: (peer: Peer, index: number) => Promise<void> | void,
): Promise<ScriptedOrigin> {
  const sockets = new Set<Socket>();
  const peers: Peer[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const peer = createPeer(socket);
    peers.push(peer);
    // A script that waits for bytes which never come is over when its connection is.
    Promise.resolve(script(peer, peers.length - 1)).catch(() => socket.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    peers,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function createPeer(socket: Socket): Peer {
  const waiting = new Set<() => void>();
  let received = '';
  let gone = false;
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      gone = true;
      for (const check of waiting) check();
      resolve();
    });
  });
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
    for (const check of waiting) check();
  });

  function until(condition: (received: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (condition(received)) resolve(received);
        else if (gone) reject(new Error('the connection ended first'));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  }

  return {
    received: () => received,
    until,
    async head() {
      const all = await until((bytes) => bytes.includes('\r\n\r\n'));
      return all.slice(0, all.indexOf('\r\n\r\n') + 4);
    },
    say: (bytes) =>
      new Promise((resolve) => {
        socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => {
          resolve();
        });
      }),
    blocked: () => socket.writableNeedDrain,
    sent: () => socket.bytesWritten - socket.writableLength,
    pause() {
      socket.pause();
    },
    resume() {
      socket.resume();
    },
    end() {
      socket.end();
    },
    reset() {
      socket.resetAndDestroy();
    },
    closed,
  };
}
