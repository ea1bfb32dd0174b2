// Image records, cached per caller: only for active images, byte for byte as Glance sent them, under a
// key that changes with every write. Concurrent identical reads share one question.
import { type AtOnce, whenThere } from '../core/at-once.ts';
import { recordKey } from '../core/cache-key.ts';
import type { CacheStatus } from '../core/cache-status.ts';
import type { Caller } from '../core/caller.ts';
import { asFailure, FAILURES, GatewayFailure } from '../core/failure.ts';
import { type HeaderList, headerValue } from '../core/headers.ts';
import type { ImageId } from '../core/image-id.ts';
import { parseImageRecord } from '../core/image-record.ts';
import type { RequestDirectives } from '../core/request-directives.ts';
import type { Call } from '../ports/call.ts';
import type { Origin } from '../ports/origin.ts';
import type { Background, Clock, Ids } from '../ports/runtime.ts';
import type { Epochs } from './epochs.ts';
import { decodeKeptAnswer, encodeKeptAnswer, type KeptAnswer } from './kept-answer.ts';
import { readWhole } from './origin-body.ts';
import { createSingleFlight } from './single-flight.ts';
import type { StackLookup, TierStack } from './tier-stack.ts';

export interface RecordQuestion {
  readonly region: string;
  readonly imageId: ImageId;
  /** Raw path and query of the record. */
  readonly target: string;
  readonly caller: Caller;
  /** What is sent to the origin when it has to be asked. */
  readonly headers: HeaderList;
  readonly directives: RequestDirectives;
}

export type RecordRead =
  | {
      readonly kind: 'answer';
      readonly answer: KeptAnswer;
      readonly status: CacheStatus;
      /** Requests that this read sent to the origin: none for a hit, or when it joined another. */
      readonly attempts: number;
    }
  /** Too large to be held: the request itself has to be relayed. */
  | { readonly kind: 'oversized' };

export interface Records {
  /** Throws GatewayFailure when the origin can't be asked and nothing kept may stand in. */
  read(call: Call, question: RecordQuestion): AtOnce<RecordRead>;
}

export interface RecordsOptions {
  readonly origin: Origin;
  readonly stack: TierStack;
  readonly epochs: Epochs;
  readonly background: Background;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly metadataTtlMs: number;
  readonly staleIfErrorMs: number;
}

/** Ten times what an image with the most properties that Glance takes comes to. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024;
/** Tiers take keys up to 2,048 characters; a longer target is some probe, not a client's. */
const MAX_TARGET = 512;

type Fetched =
  | {
      readonly kind: 'answer';
      readonly answer: KeptAnswer;
      readonly stored: boolean;
      readonly attempts: number;
    }
  | { readonly kind: 'oversized' };

export function createRecords(options: RecordsOptions): Records {
  const { origin, stack, epochs, background, clock, ids, metadataTtlMs, staleIfErrorMs } = options;
  const keptMs = metadataTtlMs + staleIfErrorMs;
  const flights = createSingleFlight<Fetched>();

  return {
    read(call, question) {
      const { region, imageId } = question;
      const epoch = epochs.of(region, imageId, call.watch);
      return whenThere(epoch, (present) => readUnder(present, call, question));
    },
  };

  function readUnder(epoch: string, call: Call, question: RecordQuestion): AtOnce<RecordRead> {
    const { region, imageId, target, caller, directives } = question;
    const key = recordKey(region, imageId, epoch, caller.digest, target);
    const keep = keptMs > 0 && target.length <= MAX_TARGET && !directives.noStore;
    const looked = keep && !directives.noCache ? stack.lookup(key) : NOT_ASKED;
    return whenThere(looked, (found) => {
      call.watch.looked(found.tries);
      const kept = keptIn(found);
      const freshMs = kept ? kept.answer.storedAt + metadataTtlMs - clock.now() : 0;
      if (kept && freshMs > 0) return fromKept(kept, freshMs);
      return readAnew(call, question, { key, keep, kept, freshMs });
    });
  }

  async function readAnew(call: Call, question: RecordQuestion, last: Last): Promise<RecordRead> {
    const { key, keep, kept, freshMs } = last;
    const { noCache, noStore } = question.directives;
    const reason = noCache || noStore ? 'request' : kept ? 'stale' : 'uri-miss';
    try {
      const fetched = await fetchShared(call, question, key, keep);
      if (fetched.kind === 'oversized') return fetched;
      const { answer, stored, collapsed } = fetched;
      if (kept && answer.status >= 500) return fromKept(kept, freshMs);
      const status: CacheStatus = { kind: 'fwd', reason, stored, collapsed };
      return { kind: 'answer', answer, status, attempts: collapsed ? 0 : fetched.attempts };
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!kept || FAILURES[failure.code].source !== 'origin') throw failure;
      return fromKept(kept, freshMs);
    }
  }

  async function fetchShared(
    call: Call,
    question: RecordQuestion,
    key: string,
    keep: boolean,
  ): Promise<(Fetched & { kind: 'answer'; collapsed: boolean }) | { kind: 'oversized' }> {
    // A client that says no-cache must not be given an answer that was asked for before it came.
    const alone = question.directives.noCache || question.directives.noStore ? ids.uuid() : '';
    const accept = headerValue(question.headers, 'accept') ?? '';
    const { result, joined } = flights.board(`${key}\n${accept}\n${alone}`, call.signal, (signal) =>
      fetchRecord({ ...call, signal }, question, key, keep),
    );
    const fetched = await result;
    return fetched.kind === 'oversized' ? fetched : { ...fetched, collapsed: joined };
  }

  async function fetchRecord(
    call: Call,
    question: RecordQuestion,
    key: string,
    keep: boolean,
  ): Promise<Fetched> {
    const { region, target, imageId, headers } = question;
    const storedAt = clock.now();
    const asked = await origin.send(call, {
      region,
      endpoint: null,
      method: 'GET',
      target,
      headers,
      body: null,
    });
    const whole = await readWhole(asked.body, MAX_RECORD_BYTES);
    if (whole.kind === 'oversized') return whole;
    const answer = { status: asked.status, headers: asked.headers, body: whole.bytes, storedAt };
    const record = asked.status === 200 ? parseImageRecord(whole.bytes) : null;
    // An origin that frames its answers by closing (uwsgi) can't say itself that it was cut off.
    if (asked.status === 200 && !record && headerValue(asked.headers, 'content-length') === null) {
      throw new GatewayFailure('origin-cut', 'The origin ended the image record early.');
    }
    const stored = keep && record?.status === 'active' && record.id === imageId;
    // Memory has it at once; whoever asked waits for no disk.
    if (stored) background.keep(stack.store(key, encodeKeptAnswer(answer), storedAt + keptMs));
    return { kind: 'answer', answer, stored, attempts: asked.attempts };
  }
}

const NOT_ASKED: StackLookup = { kind: 'miss', tries: [] };

/** What a read finds that has to ask the origin. */
interface Last {
  readonly key: string;
  /** Whether the answer may be kept under it. */
  readonly keep: boolean;
  readonly kept: KeptRecord | null;
  /** 0 or less when it is stale. */
  readonly freshMs: number;
}

interface KeptRecord {
  readonly answer: KeptAnswer;
  readonly tier: string;
}

function keptIn(found: StackLookup): KeptRecord | null {
  if (found.kind === 'miss') return null;
  const answer = decodeKeptAnswer(found.bytes);
  return answer && { answer, tier: found.tier };
}

function fromKept(kept: KeptRecord, freshMs: number): RecordRead {
  const ttl = Math.floor(freshMs / 1000);
  const { answer, tier: detail } = kept;
  const status: CacheStatus = freshMs > 0 ? { kind: 'hit', detail } : { kind: 'hit', detail, ttl };
  return { kind: 'answer', answer, status, attempts: 0 };
}
