// `GET /v2/images/{image_id}`: the record as this caller may see it, from the cache while it is fresh.
import type { KeptAnswer } from '../cache/kept-answer.ts';
import type { RecordRead, Records } from '../cache/records.ts';
import { type AtOnce, whenThere } from '../core/at-once.ts';
import {
  forwardableAnswerHeaders,
  type HeaderList,
  headerValue,
  withoutHeaders,
} from '../core/headers.ts';
import type { ImageId } from '../core/image-id.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type RelayDeps, relay } from './relay.ts';
import { gatewayRequestId } from './request-id.ts';

export interface ImageRecordDeps extends RelayDeps {
  readonly records: Records;
  readonly clock: Clock;
}

export function serveImageRecord(
  deps: ImageRecordDeps,
  exchange: Exchange,
  imageId: ImageId,
): AtOnce<Answer> {
  const { call, target, caller, headers, directives } = exchange;
  const { region } = target;
  const read = deps.records.read(call, {
    region,
    imageId,
    target: target.target,
    caller,
    headers,
    directives,
  });
  return whenThere(read, (found) => answerWith(deps, exchange, found));
}

function answerWith(deps: ImageRecordDeps, exchange: Exchange, read: RecordRead): AtOnce<Answer> {
  const { call, told } = exchange;
  if (read.kind === 'oversized') {
    return relay(deps, exchange, { kind: 'fwd', reason: 'bypass', detail: 'oversized' });
  }
  told.cacheStatus = read.status;
  told.originAttempts += read.attempts;
  if (read.status.kind === 'fwd') return asItCame(exchange, read.answer);
  const age = Math.max(0, Math.floor((deps.clock.now() - read.answer.storedAt) / 1000));
  told.requestId = gatewayRequestId(call.trace);
  const kept = timeless(read.answer);
  const own: HeaderList = [
    ['X-Openstack-Request-Id', told.requestId],
    // RFC 9111 §5.1: how long ago the origin was asked.
    ['Age', String(age)],
  ];
  return { status: kept.status, headers: kept.headers.concat(own), body: kept.body };
}

// Memory hands out the same answer again and again.
const timelessOf = new WeakMap<KeptAnswer, Answer>();

/** What of a kept answer is the same for whoever is given it. */
function timeless(kept: KeptAnswer): Answer {
  const known = timelessOf.get(kept);
  if (known) return known;
  const answer = asAnswer(kept);
  const lasting = { ...answer, headers: withoutHeaders(answer.headers, OF_THE_MOMENT) };
  timelessOf.set(kept, lasting);
  return lasting;
}

const OF_THE_MOMENT: ReadonlySet<string> = new Set(['x-openstack-request-id', 'age']);

/** A whole answer as the client gets it; its length is known, however the origin framed it. */
export function asItCame(exchange: Exchange, answer: KeptAnswer): Answer {
  exchange.told.requestId ??= headerValue(answer.headers, 'x-openstack-request-id');
  return asAnswer(answer);
}

function asAnswer(answer: KeptAnswer): Answer {
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
