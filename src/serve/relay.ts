// Relaying: the request goes to the origin as it came, the answer comes back as it is. What the
// gateway does not cache takes this way, and so does every write.

import type { Epochs } from '../cache/epochs.ts';
import { readWhole } from '../cache/origin-body.ts';
import type { CacheStatus } from '../core/cache-status.ts';
import { GatewayFailure } from '../core/failure.ts';
import { forwardableAnswerHeaders, type HeaderList, headerValue } from '../core/headers.ts';
import { publicLink, publicVersions } from '../core/public-links.ts';
import type { Origin, OriginAnswer, OriginBody } from '../ports/origin.ts';
import type { Answer, AnswerBody, Exchange } from './exchange.ts';

export interface RelayDeps {
  readonly origin: Origin;
  readonly epochs: Epochs;
}

/** @param status why it is relayed, in the words of `Cache-Status` */
export async function relay(
  { origin }: RelayDeps,
  exchange: Exchange,
  status: CacheStatus,
): Promise<Answer> {
  const { target, method, headers, body } = exchange;
  exchange.told.cacheStatus = status;
  const answer = await origin.send(exchange.call, {
    region: target.region,
    endpoint: null,
    method,
    target: target.target,
    headers,
    body,
  });
  return passOn(exchange, answer);
}

/**
 * Relays what may change images. What is kept of them ends twice: before the origin begins, and when
 * it has answered, or may have acted without an answer.
 */
export async function relayWrite(deps: RelayDeps, exchange: Exchange): Promise<Answer> {
  const { region, route } = exchange.target;
  const touches = route.kind === 'write' ? route.touches : [];
  await deps.epochs.begin(region, touches);
  try {
    return await relay(deps, exchange, { kind: 'fwd', reason: 'method' });
  } finally {
    await deps.epochs.begin(region, touches);
  }
}

/** An origin's answer as the client gets it: hop-by-hop headers gone, links led to the gateway. */
export async function passOn(exchange: Exchange, answer: OriginAnswer): Promise<Answer> {
  exchange.told.originAttempts += answer.attempts;
  exchange.told.requestId = headerValue(answer.headers, 'x-openstack-request-id');
  const { publicBase, route } = exchange.target;
  const headers = forwardableAnswerHeaders(answer.headers).map(([name, value]) =>
    name.toLowerCase() === 'location'
      ? ([name, publicLink(value, publicBase)] as const)
      : ([name, value] as const),
  );
  if (exchange.method === 'GET' && (answer.status === 300 || route.kind === 'versions')) {
    return versions(answer, headers, publicBase);
  }
  return { status: answer.status, headers, body: relayedBody(answer.body) };
}

function relayedBody(body: OriginBody): AnswerBody {
  return { read: () => body.read(), cancel: () => body.cancel(), sent: () => undefined };
}

/** Glance's document is some 5 KB. */
const MAX_VERSIONS_BYTES = 1024 * 1024;

async function versions(
  answer: OriginAnswer,
  headers: HeaderList,
  publicBase: string,
): Promise<Answer> {
  const whole = await readWhole(answer.body, MAX_VERSIONS_BYTES);
  if (whole.kind === 'oversized') {
    throw new GatewayFailure('origin-refused', 'The origin sent a version document without end.');
  }
  const rewritten = publicVersions(whole.bytes, publicBase) ?? whole.bytes;
  const length = ['Content-Length', String(rewritten.length)] as const;
  const others = headers.filter(([name]) => name.toLowerCase() !== 'content-length');
  return { status: answer.status, headers: [...others, length], body: rewritten };
}
