// A listening Node server in front of a fetch function, with the manners that images need: no limit
// on how long an upload takes, but on how long a client may neither read nor write.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { getRequestListener, RequestError } from '@hono/node-server';
import { type Address, formatAddress } from '../config/address.ts';
import type { TlsConfig } from '../config/config.ts';
import type { AnswerSink } from '../http/answer-sink.ts';
import { createAnswerSink } from './answer-sink.ts';
import { createBeginningTurns } from './beginning-turns.ts';
import { watchConnections } from './connections.ts';
import { createSendingTurns, roundBytes } from './sending-turns.ts';

export interface ListenerOptions {
  /** Where to; a path is a socket in the file system, and this process's own. */
  readonly address: Address | { readonly path: string };
  readonly tls: TlsConfig | null;
  readonly headerBytes: number;
  /** Open at once; one more is closed as soon as it is there. Null where who connects is bounded. */
  readonly connections: number | null;
  readonly idleMs: number;
  /** Processes that answer beside each other, this one included. */
  readonly workers: number;
  readonly fetch: (request: Request, bindings: Lent) => Response | Promise<Response>;
}

/** What goes with a request besides the Request object. */
interface Lent {
  readonly incoming: IncomingMessage;
  /** Takes the answer if it has a body. */
  readonly sink: AnswerSink;
}

export interface Listener {
  /** With the port that the system chose, when 0 was asked for. */
  readonly url: string;
  /**
   * Takes no new connections; those that are idle are closed. Settles when no answer is on its way on
   * the others.
   */
  stop(): Promise<void>;
  /** Closes what is left. */
  close(): Promise<void>;
}

/** HTTP/2, for which the library's bindings are typed too, is not spoken here. */
interface Http1 {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
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
    // Spares requests without a body a stream that ends; earlier versions of Node do not know of it.
    optimizeEmptyRequests: true,
  };
  const beginning = createBeginningTurns(() => performance.now());
  const sending = createSendingTurns(roundBytes(options.workers, availableParallelism()));
  const handle = getRequestListener(
    (request, bindings) => {
      const { incoming, outgoing } = bindings as Http1;
      return options.fetch(request, {
        incoming,
        sink: createAnswerSink(incoming, outgoing, sending),
      });
    },
    // For requests of HTTP/1.0 that name no host: an address like "::" makes no URL.
    { hostname: 'localhost', errorHandler: refuseUnreadable },
  );
  const server: Server = tls
    ? createHttpsServer({ ...settings, ...tls })
    : createHttpServer(settings);
  if (options.connections !== null) server.maxConnections = options.connections;
  // Else a worker of several would pass it on to the next one, and that one back; no types know of it.
  Object.assign(server, { dropMaxConnection: true });
  const connections = watchConnections(server, idleMs);
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    connections.begin(request, response);
    beginning.take(() => {
      // Its client may have gone while it waited.
      if (!response.closed) void handle(request, response);
    });
  };
  server.on('request', serve);
  server.on('checkContinue', (request, response) => {
    continueWhenRead(request, response);
    serve(request, response);
  });

  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen('path' in address ? { ...address, exclusive: true } : address, resolve);
  });
  return {
    url: `${tls ? 'https' : 'http'}://${addressOf(server, address)}`,
    stop() {
      server.close();
      server.closeIdleConnections();
      return connections.idle();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function addressOf(server: Server, asked: ListenerOptions['address']): string {
  if ('path' in asked) return encodeURIComponent(asked.path);
  const { port } = server.address() as AddressInfo;
  return formatAddress({ host: asked.host, port });
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

/** HTTP, but no URL can be made of it: a `Host` that is none, or `*` for a target. */
function refuseUnreadable(thrown: unknown): Response {
  const [status, text]: [number, string] =
    thrown instanceof RequestError
      ? [400, '400 Bad Request\n\nThe request names no URL (bad-uri).\n']
      : [500, '500 Internal Server Error\n\nThe gateway failed (internal).\n'];
  const headers = { 'Content-Type': 'text/plain; charset=UTF-8' };
  return new Response(text, { status, headers });
}
