// `GET /v2/images/{image_id}`: the record as this caller may see it, from the cache while it is fresh.
import type { KeptAnswer } from '../cache/kept-answer.ts';
import type { Records } from '../cache/records.ts';
import { forwardableAnswerHeaders, headerValue } from '../core/headers.ts';
import type { ImageId } from '../core/image-id.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type RelayDeps, relay } from './relay.ts';
import { gatewayRequestId } from './request-id.ts';

export interface ImageRecordDeps extends RelayDeps {
  readonly records: Records;
  readonly clock: Clock;
}

export async function serveImageRecord(
  deps: ImageRecordDeps,
  exchange: Exchange,
  imageId: ImageId,
): Promise<Answer> {
  const { call, target, caller, headers, directives, told } = exchange;
  const { region } = target;
  const read = await deps.records.read(call, {
    region,
    imageId,
    target: target.target,
    caller,
    headers,
    directives,
  });
  if (read.kind === 'oversized') {
    return relay(deps, exchange, { kind: 'fwd', reason: 'bypass', detail: 'oversized' });
  }
  told.cacheStatus = read.status;
  told.originAttempts += read.attempts;
  if (read.status.kind === 'fwd') return asItCame(exchange, read.answer);
  const age = Math.max(0, Math.floor((deps.clock.now() - read.answer.storedAt) / 1000));
  told.requestId = gatewayRequestId(call.trace);
  const kept = asItCame(exchange, read.answer);
  const own = new Set(['x-openstack-request-id', 'age']);
  return {
    ...kept,
    headers: [
      ...kept.headers.filter(([name]) => !own.has(name.toLowerCase())),
      ['X-Openstack-Request-Id', told.requestId],
      // RFC 9111 §5.1: how long ago the origin was asked.
      ['Age', String(age)],
    ],
  };
}

/** A whole answer as the client gets it; its length is known, however the origin framed it. */
export function asItCame(exchange: Exchange, answer: KeptAnswer): Answer {
  exchange.told.requestId ??= headerValue(answer.headers, 'x-openstack-request-id');
  const headers = forwardableAnswerHeaders(answer.headers).filter(
    ([name]) => name.toLowerCase() !== 'content-length',
  );
  const { status, body } = answer;
  const empty = status === 204 || status === 304;
  return {
    status,
    headers: empty ? headers : [...headers, ['Content-Length', String(body.length)]],
    body: empty ? null : body,
  };
}
