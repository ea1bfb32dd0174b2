// `GET /v2/images/{image_id}/file`, the spine of the gateway: may this caller download, what are
// these bytes, which of them are wanted, and where are they nearest.
import type { Grant, Grants } from '../cache/grants.ts';
import type { RecordRead, Records } from '../cache/records.ts';
import { type AtOnce, settled } from '../core/at-once.ts';
import { byteRange } from '../core/byte-range.ts';
import type { CacheStatus } from '../core/cache-status.ts';
import { canBeCut } from '../core/chunk-plan.ts';
import { GatewayFailure } from '../core/failure.ts';
import { cacheability, type Generation } from '../core/generation.ts';
import { type HeaderList, headerValue } from '../core/headers.ts';
import type { ImageId } from '../core/image-id.ts';
import { type ImageRecord, parseImageRecord } from '../core/image-record.ts';
import type { Digests } from '../ports/digests.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type ImageBodyDeps, openImageBody } from './image-body.ts';
import { passOn, type RelayDeps, relay } from './relay.ts';
import { gatewayRequestId } from './request-id.ts';
import { verifiedBody } from './verified-body.ts';

export interface ImageDataDeps extends RelayDeps, ImageBodyDeps {
  readonly grants: Grants;
  readonly records: Records;
  readonly digests: Digests;
  /** Whether the gateway can verify that hash algorithm. */
  readonly verifiable: (algorithm: string) => boolean;
}

export async function serveImageData(
  deps: ImageDataDeps,
  exchange: Exchange,
  imageId: ImageId,
): Promise<Answer> {
  const bypass = (detail: string): Promise<Answer> =>
    relay(deps, exchange, { kind: 'fwd', reason: 'bypass', detail });
  const record = readRecord(deps, exchange, imageId);
  if (exchange.directives.noStore) {
    return relayVerified(deps, exchange, { kind: 'fwd', reason: 'request' }, (await record)());
  }
  const grant = await askGrant(deps, exchange, imageId);
  if (grant.kind === 'refused') {
    exchange.told.cacheStatus = { kind: 'fwd', reason: 'bypass', detail: 'refused' };
    return passOn(exchange, grant.answer);
  }
  if (grant.kind === 'undecided') return bypass('undecided');
  exchange.told.originAttempts += grant.attempts;

  const known = (await record)();
  if (known === null) return bypass('no-record');
  const cacheable = cacheability(exchange.target.region, known);
  if (cacheable.kind === 'uncacheable') return bypass(cacheable.reason);
  const { generation } = cacheable;
  if (!deps.verifiable(generation.algorithm)) return bypass('no-hash');
  const { size } = generation;
  if (!canBeCut({ size, chunkSize: deps.chunkSize })) return bypass('too-large');

  const range = byteRange(
    headerValue(exchange.headers, 'range'),
    headerValue(exchange.headers, 'content-range'),
    size,
  );
  if (range.kind === 'senseless') {
    throw new GatewayFailure('range-not-satisfiable', 'The range names no bytes.');
  }
  // Glance refuses these itself, before it opens a store, in words that clients know.
  if (range.kind === 'unsatisfiable' || range.kind === 'several') return bypass('bad-range');

  const { start, end } = range.kind === 'part' ? range : { start: 0, end: size };
  const { call, caller, told } = exchange;
  const { stores } = known;
  const opened = await openImageBody(deps, { generation, stores, start, end, caller, call, told });
  if (opened.kind === 'fills-full') return withoutFill(deps, exchange, known, range.kind);
  if (opened.kind === 'elsewhere') {
    const status = { kind: 'fwd', reason: 'uri-miss', collapsed: true } as const;
    return relay({ ...deps, origin: opened.face }, exchange, status);
  }
  told.cacheStatus = opened.status;
  told.requestId = grant.requestId ?? gatewayRequestId(call.trace);
  return {
    status: range.kind === 'part' ? 206 : 200,
    headers: dataHeaders(known, generation, start, end, range.kind === 'part', told.requestId),
    body: opened.body,
  };
}

/** A whole image can be verified while it is relayed; a part of one can't. */
function withoutFill(
  deps: ImageDataDeps,
  exchange: Exchange,
  record: ImageRecord,
  wanted: 'whole' | 'part',
): Promise<Answer> {
  if (wanted === 'part') {
    throw new GatewayFailure('too-many-fills', 'Too many fills are under way: limits.fills.');
  }
  const status = { kind: 'fwd', reason: 'bypass', detail: 'fills-full' } as const;
  return relayVerified(deps, exchange, status, record);
}

/** Relays; when it is the whole of an image whose hash is known, its end waits for that hash. */
async function relayVerified(
  deps: ImageDataDeps,
  exchange: Exchange,
  status: CacheStatus,
  record: ImageRecord | null,
): Promise<Answer> {
  const answer = await relay(deps, exchange, status);
  const known = record && cacheability(exchange.target.region, record);
  if (known?.kind !== 'cacheable' || answer.status !== 200) return answer;
  const { body } = answer;
  const digest = deps.digests.image(known.generation.algorithm);
  if (digest === null || body === null || body instanceof Uint8Array) return answer;
  return { ...answer, body: verifiedBody(body, known.generation, digest) };
}

function askGrant(deps: ImageDataDeps, exchange: Exchange, imageId: ImageId): AtOnce<Grant> {
  const { call, target, caller, headers, directives } = exchange;
  const { region } = target;
  const { noCache } = directives;
  return deps.grants.ask(call, {
    region,
    imageId,
    target: target.target,
    caller,
    headers,
    noCache,
  });
}

/**
 * Begins to read the record beside the question for the grant; what came of it is asked for only when
 * the grant is given, and its trouble is felt only then. Null when the caller can't see the record.
 */
function readRecord(
  deps: ImageDataDeps,
  exchange: Exchange,
  imageId: ImageId,
): AtOnce<() => ImageRecord | null> {
  const { call, target, caller, directives, told } = exchange;
  const question = {
    region: target.region,
    imageId,
    target: `/v2/images/${imageId}`,
    caller,
    headers: caller.credentials,
    directives,
  };
  return settled<RecordRead, () => ImageRecord | null>(
    () => deps.records.read(call, question),
    (read) => () => {
      if (read.kind === 'oversized') return null;
      told.originAttempts += read.attempts;
      if (read.answer.status !== 200) return null;
      const record = recordIn(read.answer.body);
      return record?.id === imageId ? record : null;
    },
    (thrown) => () => {
      throw thrown;
    },
  );
}

// A kept record is the same bytes again and again: they are parsed once.
const parsed = new WeakMap<Uint8Array, ImageRecord | null>();

function recordIn(body: Uint8Array): ImageRecord | null {
  const known = parsed.get(body);
  if (known !== undefined) return known;
  const record = parseImageRecord(body);
  parsed.set(body, record);
  return record;
}

/** As Glance sends them: `Content-Md5` is of the whole image, also for a part. */
function dataHeaders(
  record: ImageRecord,
  generation: Generation,
  start: number,
  end: number,
  part: boolean,
  requestId: string,
): HeaderList {
  const headers: [string, string][] = [
    ['Content-Type', 'application/octet-stream'],
    ['Content-Length', String(end - start)],
  ];
  if (record.checksum !== null) headers.push(['Content-Md5', record.checksum]);
  if (part) headers.push(['Content-Range', `bytes ${start}-${end - 1}/${generation.size}`]);
  headers.push(['X-Openstack-Request-Id', requestId]);
  return headers;
}
