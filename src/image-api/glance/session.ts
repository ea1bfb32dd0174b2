// A session: one Glance as the methods see it. Sends a request to the endpoint whose turn it is and
// tries again where Nova does; an answer of any status but 503 is an answer.
import { GatewayFailure } from '../../core/failure.ts';
import { type HeaderList, headerValue } from '../../core/headers.ts';
import type { OriginBody } from '../../ports/origin.ts';
import type { Wire, WireOutcome } from '../../ports/wire.ts';
import { GlanceConnectionFailed, Invalid } from '../errors.ts';
import { type Scope, scopeHeaders } from '../scope.ts';
import type { ApiServers } from './api-servers.ts';

export interface GlanceRequest {
  readonly method: string;
  /** Path and query from `/v2` on, encoded. */
  readonly target: string;
  readonly headers?: HeaderList;
  readonly body?: RequestBody;
}

export interface RequestBody {
  /** Bytes; null when nobody knows. */
  readonly size: number | null;
  /** Whether `open` starts over; if not, it gives the same stream each time. */
  readonly rewindable: boolean;
  open(): ReadableStream<Uint8Array>;
}

export interface GlanceAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: OriginBody;
}

export interface Session {
  /** Names the Glance behind it: what is remembered of it is kept under this. */
  readonly key: string;
  /**
   * Connection failures, deadlines and 503 are tried again on the next endpoint, `numRetries` times, a
   * second apart, then they are GlanceConnectionFailed. Not sent again: a body that can't be rewound
   * (Nova would go on from its middle), and a POST that may have been taken (Nova would do it twice).
   *
   * `read` belongs to the attempt: a connection that breaks under it is a failed one.
   */
  send<T>(
    scope: Scope,
    request: GlanceRequest,
    read: (answer: GlanceAnswer) => Promise<T>,
  ): Promise<T>;
}

export interface SessionParts {
  readonly wire: Wire;
  readonly numRetries: number;
  /** Rejects with the signal's reason when it aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createSession(parts: SessionParts, key: string, servers: ApiServers): Session {
  return {
    key,
    async send(scope, request, read) {
      const { signal } = scope.call;
      const { method, target, body } = request;
      const headers = headersOf(scope, request);
      for (let attempt = 0; ; attempt += 1) {
        const endpoint = servers.next();
        const sent = { region: 'glance', endpoint, method, target, headers };
        const outcome = await parts.wire.send(scope.call, { ...sent, body: body?.open() ?? null });
        const ended = await readAnswer(outcome, read);
        if (ended.kind === 'read') return ended.value;
        signal.throwIfAborted();
        const trouble = troubleOf(ended, body !== undefined);
        const last = attempt >= parts.numRetries || !mayRepeat(request, ended);
        scope.span.event('attempt_failed', { endpoint, reason: trouble.reason, last });
        if (last) {
          const text = `Connection to Glance at ${endpoint} failed: ${trouble.reason}.`;
          throw new GlanceConnectionFailed(text, { cause: trouble.cause });
        }
        await parts.pause(RETRY_PAUSE_MS, signal);
      }
    },
  };
}

/** As long as Nova waits. */
export const RETRY_PAUSE_MS = 1_000;

type Failed = Exclude<WireOutcome, { kind: 'answered' }>;
type Busy = Extract<WireOutcome, { kind: 'answered' }>;

/** What the answer was read to; or the attempt has failed, by 503 or by its connection. */
async function readAnswer<T>(
  outcome: WireOutcome,
  read: (answer: GlanceAnswer) => Promise<T>,
): Promise<{ readonly kind: 'read'; readonly value: T } | Failed | Busy> {
  if (outcome.kind !== 'answered') return outcome;
  if (outcome.status === 503) {
    outcome.body.cancel();
    return outcome;
  }
  try {
    return { kind: 'read', value: await read(outcome) };
  } catch (thrown) {
    if (thrown instanceof GatewayFailure) return { kind: 'cut', failure: thrown };
    throw thrown;
  }
}

function headersOf(scope: Scope, { headers = [], body }: GlanceRequest): HeaderList {
  const length = body?.size ?? null;
  return [
    ...scopeHeaders(scope),
    ...headers,
    ...(length === null ? [] : [['Content-Length', String(length)] as const]),
  ];
}

function troubleOf(
  outcome: Failed | Busy,
  hasBody: boolean,
): { readonly reason: string; readonly cause: unknown } {
  if (outcome.kind === 'answered') {
    const id = headerValue(outcome.headers, 'x-openstack-request-id');
    return { reason: `it answered 503${id === null ? '' : ` (${id})`}`, cause: undefined };
  }
  const { failure } = outcome;
  // Nobody but the source of the body can have ended it: its error is the caller's own.
  if (hasBody && failure.code === 'client-gone' && failure.cause !== undefined) throw failure.cause;
  if (failure.code === 'internal' || failure.code === 'bad-uri') {
    throw new Invalid(failure.message, { cause: failure });
  }
  return { reason: failure.message.replace(/\.$/, ''), cause: failure };
}

function mayRepeat({ method, body }: GlanceRequest, outcome: Failed | Busy): boolean {
  if (outcome.kind === 'unsent') return true;
  if (body !== undefined && !body.rewindable) return false;
  return method !== 'POST' || outcome.kind === 'answered';
}
