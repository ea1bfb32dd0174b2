// What a request says, read before anything is done about it: where it goes, whose it is, what may go on.
// A client sends one head after the other that is nearly the same: what its last one said on the same
// connection is not worked out again.
import { type Caller, callerOf } from '../core/caller.ts';
import { asFailure, GatewayFailure } from '../core/failure.ts';
import { forwardableRequestHeaders, type HeaderList } from '../core/headers.ts';
import { type RequestDirectives, requestDirectives } from '../core/request-directives.ts';
import type { DeclaredAttributes } from '../core/span-attributes.ts';
import { type RequestHead, type RoutingTable, resolveTarget, type Target } from '../core/target.ts';
import { callName, requestAttributes } from './call-attributes.ts';
import { createCallerNames } from './caller-names.ts';
import { type HttpContext, readHead, readHeaders } from './request-head.ts';

export interface RequestReading {
  readonly head: RequestHead;
  /** As they came. */
  readonly headers: HeaderList;
  /** Where it goes, or why nowhere. */
  readonly target: Target | GatewayFailure;
  /** Name and attributes of its span. */
  readonly name: string;
  readonly attributes: DeclaredAttributes;
  /** The headers that may go on to the origin. */
  readonly sendable: HeaderList;
  readonly caller: Caller;
  readonly directives: RequestDirectives;
}

export type ReadRequest = (c: HttpContext) => RequestReading;

interface Read {
  readonly method: string;
  readonly url: string | undefined;
  readonly httpVersion: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly reading: RequestReading;
}

/**
 * Characters and headers of a head that is remembered: tokens of every usual kind fit, and as many
 * connections as there may be hold no more than some 200 MiB by it.
 */
const MOST_CHARACTERS = 8192;
const MOST_HEADERS = 64;

/**
 * Nothing of a connection is remembered when it has gone.
 *
 * @param keyed the keyed digest by which callers are known
 */
export function createReadRequest(
  table: RoutingTable,
  keyed: (identity: string) => string,
): ReadRequest {
  const nameOf = createCallerNames(keyed);
  const last = new WeakMap<object, Read>();

  function readAnew(c: HttpContext): RequestReading {
    const incoming = c.env?.incoming;
    const head = readHead(c);
    const headers = readHeaders(c);
    const target = targetOf(table, head);
    const known = target instanceof GatewayFailure ? null : target;
    const sendable = forwardableRequestHeaders(headers);
    return {
      head,
      headers,
      target,
      name: callName(head, known),
      attributes: requestAttributes(head, headers, known, incoming),
      sendable,
      caller: callerOf(sendable, (identity) => nameOf(incoming?.socket, identity)),
      directives: requestDirectives(headers),
    };
  }

  return function readRequest(c) {
    const incoming = c.env?.incoming;
    const { socket, rawHeaders, url, httpVersion } = incoming ?? {};
    if (socket === undefined || rawHeaders === undefined) return readAnew(c);
    const { method } = c.req.raw;
    const before = last.get(socket);
    if (before?.method === method && before.url === url && before.httpVersion === httpVersion) {
      const change = changeOf(before.rawHeaders, rawHeaders);
      if (change.kind === 'none') return before.reading;
      if (change.kind === 'range') return withRange(before.reading, change.range);
    }
    const reading = readAnew(c);
    if (isWorthKeeping(reading, rawHeaders))
      last.set(socket, { method, url, httpVersion, rawHeaders, reading });
    return reading;
  };
}

function targetOf(table: RoutingTable, head: RequestHead): Target | GatewayFailure {
  try {
    return resolveTarget(table, head);
  } catch (thrown) {
    return asFailure(thrown);
  }
}

function isWorthKeeping(reading: RequestReading, rawHeaders: readonly string[]): boolean {
  if (reading.target instanceof GatewayFailure) return false;
  const { head } = reading;
  const length = rawHeaders.reduce((sum, text) => sum + text.length, head.target.length);
  return length <= MOST_CHARACTERS && rawHeaders.length <= 2 * MOST_HEADERS;
}

type Change =
  | { readonly kind: 'none' | 'more' }
  /** One value, that of `Range`. */
  | { readonly kind: 'range'; readonly range: string };

/** Of two lists of names and values, in turn. */
function changeOf(before: readonly string[], now: readonly string[]): Change {
  if (before.length !== now.length) return MORE;
  let change: Change = NONE;
  let ranges = 0;
  for (let at = 0; at < now.length; at += 2) {
    const [name, value] = [now[at], now[at + 1]];
    const isRange = isRangeName(name);
    if (isRange) ranges += 1;
    if (before[at] !== name) return MORE;
    if (before[at + 1] === value) continue;
    if (!isRange) return MORE;
    change = { kind: 'range', range: value ?? '' };
  }
  return change.kind === 'range' && ranges > 1 ? MORE : change;
}

const NONE: Change = { kind: 'none' };
const MORE: Change = { kind: 'more' };

const isRangeName = (name: string | undefined): boolean =>
  name?.length === 5 && name.toLowerCase() === 'range';

/** Nothing else that is read from a head hangs on its range. */
function withRange(reading: RequestReading, range: string): RequestReading {
  const ranged = (list: HeaderList): HeaderList =>
    list.map((header) => (isRangeName(header[0]) ? [header[0], range] : header));
  return { ...reading, headers: ranged(reading.headers), sendable: ranged(reading.sendable) };
}
