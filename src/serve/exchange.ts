// One request on its way through the gateway: what was asked, by whom, and what is told of it.
import type { CacheStatus } from '../core/cache-status.ts';
import type { Caller } from '../core/caller.ts';
import type { HeaderList } from '../core/headers.ts';
import type { RequestDirectives } from '../core/request-directives.ts';
import type { Target } from '../core/target.ts';
import type { Call } from '../ports/call.ts';
import type { TierName } from '../ports/tier.ts';

export interface Exchange {
  readonly call: Call;
  readonly method: string;
  readonly target: Target;
  /** The request's headers as they may go on to the origin. */
  readonly headers: HeaderList;
  readonly caller: Caller;
  readonly directives: RequestDirectives;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly told: Told;
}

/** What happened, filled in on the way; whole when the last byte has left. */
export interface Told {
  cacheStatus: CacheStatus | null;
  /** `X-Openstack-Request-Id` of the answer. */
  requestId: string | null;
  originAttempts: number;
  /** Bytes of image data sent to the client, by where they came from. */
  readonly bytesFrom: Record<TierName | 'origin', number>;
}

export function nothingTold(): Told {
  return {
    cacheStatus: null,
    requestId: null,
    originAttempts: 0,
    bytesFrom: { memory: 0, disk: 0, redis: 0, origin: 0 },
  };
}

/** A body pulled piece by piece: null after the last one; throws GatewayFailure when it breaks off. */
export interface AnswerBody {
  /** All of it, where it is one small piece: who sends that has `sent` called, and reads nothing. */
  readonly whole?: Uint8Array;
  read(): Promise<Uint8Array | null>;
  cancel(): void;
  /**
   * All pieces that were read have left, and nobody will look at them again: their memory may be used
   * for others. Who can't tell never says so.
   */
  sent(): void;
}

export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: AnswerBody | Uint8Array | null;
}
