// A client that believes nothing: it tells whole answers from those that broke off.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { OWNER } from '../support/trouble-origin.ts';

export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The request is not ended after the body: there seems to be more. */
  readonly unfinished?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** `broken` when the connection ended before the message did. */
  readonly ended: 'whole' | 'broken';
}

export interface Asking {
  readonly reply: Promise<Reply>;
  /** Settles with the first bytes of the body; never when there are none. */
  readonly begun: Promise<void>;
  /** Cuts the connection. */
  leave(): void;
}

/** On a connection of its own; rejects when no answer came. */
export function ask(url: string, options: Ask = {}): Asking {
  const { method = 'GET', token = OWNER, headers = {}, body = null, unfinished } = options;
  const begun = Promise.withResolvers<void>();
  const reply = Promise.withResolvers<Reply>();
  const request = httpRequest(url, {
    method,
    headers: { 'X-Auth-Token': token, ...headers },
    agent: false,
  });
  request.on('error', reply.reject);
  request.on('response', (response) => {
    const pieces: Buffer[] = [];
    const finish = (ended: Reply['ended']): void => {
      const { statusCode: status = 0, headers } = response;
      reply.resolve({ status, headers, body: Buffer.concat(pieces), ended });
    };
    response.on('data', (piece: Buffer) => {
      pieces.push(piece);
      begun.resolve();
    });
    response.on('error', () => finish('broken'));
    response.on('end', () => finish(response.complete ? 'whole' : 'broken'));
  });
  if (body !== null) request.write(body);
  if (!unfinished) request.end();
  return { reply: reply.promise, begun: begun.promise, leave: () => void request.destroy() };
}
