// What the span of a call says of the request, in the words of OpenTelemetry's conventions for HTTP;
// known at its start, for samplers and for spans that never end.
import { type HeaderList, headerValue } from '../core/headers.ts';
import { isKnownMethod } from '../core/http-method.ts';
import { ownText } from '../core/own-text.ts';
import { shownPath } from '../core/shown-path.ts';
import type { DeclaredAttributes } from '../core/span-attributes.ts';
import type { RequestHead, Target } from '../core/target.ts';
import type { HttpBindings } from './request-head.ts';

/** `{method} {route}`, or the method alone; `HTTP` stands for methods that HTTP does not name. */
export function callName({ method }: RequestHead, target: Target | null): string {
  const known = isKnownMethod(method) ? method : 'HTTP';
  return target ? `${known} ${target.route.template}` : known;
}

export function requestAttributes(
  head: RequestHead,
  headers: HeaderList,
  target: Target | null,
  incoming: HttpBindings['incoming'],
): DeclaredAttributes {
  const known = isKnownMethod(head.method);
  const [, host, port] = HOST.exec(head.host) ?? [];
  return {
    'http.request.method': known ? head.method : '_OTHER',
    'http.request.method_original': known ? undefined : head.method.slice(0, MAX_METHOD),
    'url.scheme': head.scheme,
    'url.path': shownPath(head.target),
    'http.route': target?.route.template,
    'server.address': host,
    'server.port': port === undefined ? undefined : Number(port),
    'client.address': incoming?.socket?.remoteAddress,
    'network.protocol.version': incoming?.httpVersion,
    'user_agent.original': userAgent(headers),
    'glance_edge.region': target?.region,
    'glance_edge.region.source': target?.regionFrom,
    'glance_edge.global_request_id': globalRequestId(headers),
  };
}

/** Longer than every registered method. */
const MAX_METHOD = 32;
/** Clients of OpenStack say who they are in under 100 characters. */
const MAX_USER_AGENT = 256;
/** `host`, `host:port`, `[::1]:port`. */
const HOST = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/;

function userAgent(headers: HeaderList): string | undefined {
  const told = headerValue(headers, 'user-agent') ?? undefined;
  if (told === undefined || told.length <= MAX_USER_AGENT) return told;
  return ownText(told.slice(0, MAX_USER_AGENT));
}

/** OpenStack's form of it, `req-` and a UUID: whatever else a client sends there is its own business. */
const REQUEST_ID = /^req-[0-9a-f-]{36}$/i;

function globalRequestId(headers: HeaderList): string | undefined {
  const told = headerValue(headers, 'x-openstack-request-id');
  return told !== null && REQUEST_ID.test(told) ? told : undefined;
}
