// What an answer says, without what differs from one call to the next: ids, times, addresses.
import type { Answer } from './exchange.ts';

export interface Sayings {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Framing of this hop, the moment, and what the gateway adds to what Glance says. */
const PASSING: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'date',
  'age',
  'cache-status',
  'x-trace-id',
  'via',
]);

/** Each of Glance's workers has an order, and a content, of its own for these. */
const VARYING: ReadonlySet<string> = new Set([
  'openstack-image-import-methods',
  'openstack-image-store-ids',
]);

/** Tells the answer that `base` gave; two answers that say the same have equal tellings. */
export function sayings(answer: Answer, base: string): Sayings {
  const numbers = new Map<string, number>();
  const plain = (text: string): string =>
    text
      .replaceAll(base, '{endpoint}')
      .replace(/req-[0-9a-f-]{36}/g, '{request}')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g, '{time}')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (uuid) => {
        if (!numbers.has(uuid)) numbers.set(uuid, numbers.size);
        return `{id ${numbers.get(uuid)}}`;
      });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (PASSING.has(name)) continue;
    // The length of a text goes with the addresses in it, and HEAD tells the length without the text.
    const varies = VARYING.has(name) || (name === 'content-length' && hasAddresses(answer, base));
    headers[name] = varies ? '{varies}' : plain(value);
  }
  return { status: answer.status, headers, body: plain(answer.text()) };
}

function hasAddresses(answer: Answer, base: string): boolean {
  return answer.body.length === 0
    ? answer.headers['content-length'] !== '0'
    : answer.text().includes(base);
}
