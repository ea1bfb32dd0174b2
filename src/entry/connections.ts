// The connections of a listener: what runs on each, and how one ends before its time because it is
// idle, is not HTTP, or carries an answer that can't be made whole.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Connections {
  /** To be told of every request, those that expect `100 Continue` among them. */
  begin(request: IncomingMessage, response: ServerResponse): void;
  /** Settles as soon as no answer is on its way on any of them. */
  idle(): Promise<void>;
}

/**
 * Ends connections whose client has neither read nor written for `idleMs`, and those that what
 * arrives on them is not HTTP.
 */
export function watchConnections(server: Server, idleMs: number): Connections {
  // More than one on a connection when the client sends requests before it has its answers.
  const running = new WeakMap<Socket, Set<Exchange>>();
  let underWay = 0;
  const idle: (() => void)[] = [];
  const exchangesOn = (socket: Socket): Set<Exchange> => {
    const known = running.get(socket);
    if (known) return known;
    const begun = new Set<Exchange>();
    running.set(socket, begun);
    return begun;
  };
  const runningOn = (socket: Socket): readonly Exchange[] => [...(running.get(socket) ?? [])];

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // In the middle of an answer a refusal would be read as a part of it.
    const answering = runningOn(socket).some(({ response }) => response.headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || answering) socket.destroy();
    else refuse(error.code, socket);
  });
  server.setTimeout(idleMs, (socket: Socket) => {
    if (isClientsTurn(socket, runningOn(socket))) socket.destroy();
    else socket.setTimeout(idleMs);
  });

  return {
    begin(request, response) {
      const exchanges = exchangesOn(request.socket);
      const exchange = { request, response };
      exchanges.add(exchange);
      underWay += 1;
      // Comes once: to say so would cost each request another function.
      response.on('close', () => {
        exchanges.delete(exchange);
        underWay -= 1;
        if (underWay === 0) for (const settle of idle.splice(0)) settle();
      });
    },
    idle: () =>
      new Promise((resolve) => {
        if (underWay === 0) resolve();
        else idle.push(resolve);
      }),
  };
}

/**
 * While it is the gateway that works, the client has nothing to do: those waits have deadlines of
 * their own.
 */
function isClientsTurn(socket: Socket, exchanges: readonly Exchange[]): boolean {
  const sending = exchanges.some(({ request }) => !request.complete);
  return exchanges.length === 0 || sending || socket.writableLength > 0;
}

/** What Node's parser refuses, in a whole answer instead of a reset. */
function refuse(code: string | undefined, socket: Socket): void {
  const [status, text] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are too large (headers-too-large).']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not come in time (request-timeout).']
        : ['400 Bad Request', 'The request is not HTTP (bad-request).'];
  const body = `${status}\n\n${text}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=UTF-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/**
 * Ends the connection in the middle of an answer. A client of HTTP/1.0 may know the end of a body
 * only by the end of the connection: only a reset tells it that this was none.
 */
export function cutOff({ request, response }: Exchange): void {
  const { socket } = request;
  const isTls = 'encrypted' in socket;
  if (request.httpVersion === '1.0' && !isTls) socket.resetAndDestroy();
  response.destroy();
}
