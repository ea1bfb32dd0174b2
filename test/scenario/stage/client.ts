// The client of the scenarios: HTTP as it is on the wire, and the truth about how an answer ended. A
// connection of its own for each request, no redirects, no decompression, nothing retried.
import { type Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { OWNER } from '../../support/trouble-origin.ts';

export interface Asking {
  readonly method?: string;
  /** Null sends none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Keeps the connection; without one each request has its own. */
  readonly agent?: Agent;
}

export interface Reply {
  /** 0 when no head came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the message ended in good order, with every byte that it announced. */
  readonly complete: boolean;
  /** The code of what broke the connection; null when nothing did. */
  readonly error: string | null;
}

/** A request whose answer is looked at while it comes in. */
export interface Transfer {
  /** Never rejects: a broken connection is a reply that is not complete. */
  readonly reply: Promise<Reply>;
  /** Resolves once so many bytes of the body are here, or the answer has ended. */
  received(bytes: number): Promise<void>;
  /** Takes no more bytes from the connection until `resume`. */
  pause(): void;
  resume(): void;
  /** Drops the connection. */
  leave(): void;
}

/** Sends it and reads the answer to its end, whatever that is. */
export function ask(url: string, asking: Asking = {}): Promise<Reply> {
  return startAsking(url, asking).reply;
}

export function startAsking(url: string, asking: Asking = {}): Transfer {
  const { method = 'GET', token = OWNER, headers = {}, body, agent = false } = asking;
  const { hostname, port, origin } = new URL(url);
  const sent = request({
    agent,
    hostname,
    port,
    method,
    // As it was written: a URL object would have tidied it up.
    path: url.slice(origin.length) || '/',
    headers: {
      ...(token === null ? {} : { 'X-Auth-Token': token }),
      ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
  });
  const transfer = follow(sent);
  sent.end(body);
  return transfer;
}

function follow(sent: ClientRequest): Transfer {
  const pieces: Buffer[] = [];
  const waiting = new Set<() => void>();
  const { promise: reply, resolve } = Promise.withResolvers<Reply>();
  let length = 0;
  let error: string | null = null;
  let over = false;
  let paused = false;

  const changed = (): void => {
    for (const check of waiting) check();
  };
  const end = (status: number, headers: IncomingHttpHeaders, complete: boolean): void => {
    if (over) return;
    over = true;
    resolve({ status, headers, body: Buffer.concat(pieces), complete, error });
    changed();
  };
  const broke = (cause: NodeJS.ErrnoException): void => {
    error ??= cause.code ?? cause.message;
  };
  let incoming: { pause(): void; resume(): void } | null = null;
  sent.on('error', broke);
  sent.on('response', (answer) => {
    incoming = answer;
    answer.on('error', broke);
    answer.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      changed();
    });
    if (paused) answer.pause();
    answer.on('close', () => end(answer.statusCode ?? 0, answer.headers, answer.complete));
  });
  sent.on('close', () => {
    if (incoming === null) end(0, {}, false);
  });

  return {
    reply,
    received: (bytes) =>
      new Promise((done) => {
        const check = (): void => {
          if (length < bytes && !over) return;
          waiting.delete(check);
          done();
        };
        waiting.add(check);
        check();
      }),
    pause() {
      paused = true;
      incoming?.pause();
    },
    resume() {
      paused = false;
      incoming?.resume();
    },
    leave() {
      sent.destroy();
    },
  };
}

/** Whether a client would take the reply for good image data. */
export function looksWhole(reply: Reply): boolean {
  return (reply.status === 200 || reply.status === 206) && reply.complete;
}

/** The gateway's member of `Cache-Status`. */
export function cacheStatus(reply: Reply): string {
  return String(reply.headers['cache-status'] ?? '');
}
