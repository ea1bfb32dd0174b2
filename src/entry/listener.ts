// A listening Node server in front of a fetch function, with the manners that images need: no limit
// on how long an upload takes, but on how long a client may neither read nor write.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Address, formatAddress } from '../config/address.ts';
import type { TlsConfig } from '../config/config.ts';

export interface ListenerOptions {
  readonly address: Address;
  readonly tls: TlsConfig | null;
  readonly headerBytes: number;
  readonly idleMs: number;
  readonly fetch: (
    request: Request,
    bindings: { incoming: IncomingMessage },
  ) => Response | Promise<Response>;
}

export interface Listener {
  /** With the port that the system chose, when 0 was asked for. */
  readonly url: string;
  /** Takes no new connections; those that are idle are closed. */
  stop(): void;
  /** Closes what is left. */
  close(): Promise<void>;
}

/** Time for a request's head: a token and a catalogue's worth of headers come in one packet or two. */
const HEAD_MS = 60_000;
/** Longer than common load balancers keep idle connections, so that they close first. */
const KEEP_ALIVE_MS = 75_000;

/** Rejects when the address can't be listened on. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { address, tls, idleMs } = options;
  const settings = {
    maxHeaderSize: options.headerBytes,
    headersTimeout: HEAD_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Covers the body too by default, which would end every slow upload.
    requestTimeout: 0,
  };
  const handle = getRequestListener(
    (request, bindings) => options.fetch(request, bindings as { incoming: IncomingMessage }),
    { hostname: address.host },
  );
  const server: Server = tls
    ? createHttpsServer({ ...settings, ...tls })
    : createHttpServer(settings);
  server.on('request', (request, response) => void handle(request, response));
  server.on('checkContinue', (request, response) => {
    continueWhenRead(request, response);
    void handle(request, response);
  });
  server.on('clientError', refuseBrokenRequest);
  endIdleConnections(server, idleMs);

  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address.host, port: address.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${formatAddress({ host: address.host, port })}`,
    stop() {
      server.close();
      server.closeIdleConnections();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * `Expect: 100-continue` is answered when the origin begins to take the body, not before: a client
 * whose upload is refused at once never sends it.
 */
function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read.bind(request);
  request._read = function readAfterContinue(size) {
    request._read = read;
    if (!response.headersSent) response.writeContinue();
    read(size);
  };
}

/** What Node's parser refuses, in a whole answer instead of a reset. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are too large (headers-too-large).']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not come in time (request-timeout).']
        : ['400 Bad Request', 'The request is not HTTP (bad-request).'];
  const body = `${status}\n\n${text}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=UTF-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/**
 * Ends connections whose client has neither read nor written for too long. While it is the gateway
 * that works, the client has nothing to do: those waits have deadlines of their own.
 */
function endIdleConnections(server: Server, idleMs: number): void {
  const running = new WeakMap<Socket, IncomingMessage>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    running.set(request.socket, request);
    response.once('close', () => running.delete(request.socket));
  });
  server.setTimeout(idleMs, (socket: Socket) => {
    const request = running.get(socket);
    const clientsTurn = !request?.complete || socket.writableLength > 0;
    if (clientsTurn) socket.destroy();
    else socket.setTimeout(idleMs);
  });
}
