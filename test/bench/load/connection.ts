// One connection of a load client: the kernel's bytes always land in the same buffer, which spares
// the client an allocation for each read.
import { connect, type Socket } from 'node:net';
import { type AnswerEvents, createAnswerReader } from './answer-reader.ts';

/** Read on one turn after the other, and used by all connections of a process. */
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);

/** A server that says nothing for so long has failed the row. */
const SILENCE_MS = 120_000;

export interface Connection {
  send(request: string): void;
  end(): void;
  readonly socket: Socket;
}

export interface ConnectionOptions extends AnswerEvents {
  readonly url: string;
  /** Told once, unless `end` was called before. */
  onBroken(cause: Error): void;
  /** False stops reading until `socket.resume()`. */
  onBytes?(bytes: number): boolean;
}

export function openConnection(options: ConnectionOptions): Connection {
  const { hostname, port } = new URL(options.url);
  const reader = createAnswerReader(options);
  let over = false;
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: {
      buffer,
      callback: (bytes) => {
        try {
          reader.take(buffer.subarray(0, bytes));
        } catch (thrown) {
          socket.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
        }
        return options.onBytes?.(bytes) ?? true;
      },
    },
  });
  const broken = (cause: Error): void => {
    if (!over) options.onBroken(cause);
    over = true;
    socket.destroy();
  };
  socket.setTimeout(SILENCE_MS, () => broken(new Error('the server has fallen silent')));
  socket.on('error', broken);
  socket.on('close', () => broken(new Error('the server has closed the connection')));
  return {
    socket,
    send: (request) => void socket.write(request, 'latin1'),
    end() {
      over = true;
      socket.destroy();
    },
  };
}

/** The head of a GET. */
export function getRequest(
  url: string,
  path: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX-Auth-Token: ${token}\r\n${more.join('')}\r\n`;
}
