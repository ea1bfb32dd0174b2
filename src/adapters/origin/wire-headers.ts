// What a wire itself has to say in a request's head: framing, coding and connection are its own.
import { type HeaderList, headerValue, withoutHeaders } from '../../core/headers.ts';

/** Set by the wire from the endpoint and the body; a given one would contradict it. */
const WIRE_OWN: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'expect',
  'te',
  'accept-encoding',
]);

/** The headers of a request without those of the wire, and with the only coding it accepts. */
export function wireHeaders(headers: HeaderList): HeaderList {
  return [...withoutHeaders(headers, WIRE_OWN), ['accept-encoding', 'identity']];
}

/** The length that the body was announced with, in bytes; null for a body of unknown length. */
export function announcedLength(headers: HeaderList): number | null {
  const value = headerValue(headers, 'content-length');
  if (value === null || !/^\d{1,15}$/.test(value)) return null;
  return Number(value);
}
