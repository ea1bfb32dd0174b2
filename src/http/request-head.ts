// What the gateway reads from a request before anything is decided: the raw target and the headers
// as they came, which the Request object has already tidied up.
import type { Context } from 'hono';
import type { HeaderList } from '../core/headers.ts';
import type { RequestHead } from '../core/target.ts';
import type { AnswerSink } from './answer-sink.ts';

/** What Node's listener lends besides the Request; other runtimes lend nothing. */
export interface HttpBindings {
  readonly incoming?: {
    readonly url?: string | undefined;
    readonly rawHeaders?: readonly string[];
    readonly httpVersion?: string;
    readonly socket?: { readonly remoteAddress?: string | undefined };
  };
  /** Takes streamed answers, and tells when their pieces have left. */
  readonly sink?: AnswerSink;
}

export type HttpContext = Context<{ Bindings: HttpBindings }>;

export function readHead(c: HttpContext): RequestHead {
  const incoming = c.env?.incoming;
  const request = c.req.raw;
  if (incoming) {
    return {
      method: request.method,
      target: withoutOrigin(incoming.url ?? '/'),
      scheme: isTls(incoming.socket) ? 'https' : 'http',
      host: request.headers.get('host') ?? '',
    };
  }
  const url = new URL(request.url);
  return {
    method: request.method,
    target: url.pathname + url.search,
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    host: request.headers.get('host') ?? url.host,
  };
}

/** A request target in absolute form (RFC 9112 §3.2.2), as to a proxy, means its path. */
function withoutOrigin(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

export function readHeaders(c: HttpContext): HeaderList {
  const raw = c.env?.incoming?.rawHeaders;
  if (!raw) return [...c.req.raw.headers];
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers.push([raw[at] ?? '', raw[at + 1] ?? '']);
  }
  return headers;
}

/** Node marks TLS sockets so. */
function isTls(socket: object | undefined): boolean {
  return socket !== undefined && 'encrypted' in socket && socket.encrypted === true;
}
