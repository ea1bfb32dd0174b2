// Grants: may this caller download this image? The origin decides, for every request, with the
// caller's own tokens; a yes is remembered no longer than `authorization_ttl`.
import { type AtOnce, whenThere } from '../core/at-once.ts';
import { rightKey } from '../core/cache-key.ts';
import type { Caller } from '../core/caller.ts';
import { type HeaderList, headerValue, withoutHeaders } from '../core/headers.ts';
import type { ImageId } from '../core/image-id.ts';
import type { Call } from '../ports/call.ts';
import type { Origin, OriginAnswer } from '../ports/origin.ts';
import type { Background, Clock } from '../ports/runtime.ts';
import type { News, Siblings } from '../ports/siblings.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { Epochs } from './epochs.ts';
import { discardBody } from './origin-body.ts';

export interface GrantQuestion {
  readonly region: string;
  readonly imageId: ImageId;
  /** Raw path and query of the download. */
  readonly target: string;
  readonly caller: Caller;
  /** The forwardable headers of the request. */
  readonly headers: HeaderList;
  /** True when nothing remembered may answer (`Cache-Control: no-cache`). */
  readonly noCache: boolean;
}

export type Grant =
  /** Yes, now or within `authorization_ttl`. `requestId` is the origin's for the question. */
  | {
      readonly kind: 'granted';
      readonly how: 'asked' | 'remembered';
      readonly requestId: string | null;
      /** Requests that the question took. */
      readonly attempts: number;
    }
  /** No, in Glance's own words, which are this caller's alone. */
  | { readonly kind: 'refused'; readonly answer: OriginAnswer }
  /** The origin's answer decides nothing: the request itself has to be relayed. */
  | { readonly kind: 'undecided'; readonly status: number };

export interface Grants {
  ask(call: Call, question: GrantQuestion): AtOnce<Grant>;
}

export interface RememberedGrants extends Grants {
  /** Another process was refused what may be remembered here. */
  heard(news: News & { readonly kind: 'refused' }): void;
}

export interface GrantsOptions {
  readonly origin: Origin;
  readonly epochs: Epochs;
  readonly siblings: Siblings;
  readonly background: Background;
  readonly clock: Clock;
  readonly authorizationTtlMs: number;
  /** Rights held in memory. */
  readonly maxRemembered?: number;
}

/**
 * A range that no image can satisfy. Glance decides visibility, deactivation and the download policy
 * first, then finds the range unsatisfiable, and opens no store: 416 means yes.
 */
const UNSATISFIABLE = 'bytes=9007199254740991-';
const ALLOWED: ReadonlySet<number> = new Set([200, 206, 416]);
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404, 410]);
const RANGE_HEADERS: ReadonlySet<string> = new Set(['range', 'content-range', 'if-range']);

/** Some 10 MB at the most. */
const MAX_REMEMBERED = 50_000;

const REMEMBERED: Grant = { kind: 'granted', how: 'remembered', requestId: null, attempts: 0 };

interface Remembered {
  readonly epoch: string;
  readonly until: number;
}

export function createGrants(options: GrantsOptions): RememberedGrants {
  const { origin, epochs, siblings, background, clock, authorizationTtlMs } = options;
  const remembered = createBoundedMap<Remembered>(options.maxRemembered ?? MAX_REMEMBERED);
  const questions = new Set<{ readonly right: string; overtaken: boolean }>();

  return {
    ask(call, question) {
      const { region, imageId, target, caller, noCache } = question;
      const right = rightKey(region, imageId, caller.digest);
      // A query (Glance's `prefer`) is part of what the policy decides: such a right is never kept.
      if (authorizationTtlMs <= 0 || target.includes('?')) return askOrigin(call, question, right);
      // The epoch is read before the question is asked: a change in between ends the right.
      const epoch = epochs.of(region, imageId, call.watch);
      return whenThere(epoch, (present) => {
        if (!noCache && isRemembered(right, present)) return REMEMBERED;
        return askOrigin(call, question, right, present);
      });
    },

    heard: ({ right }) => drop(right),
  };

  function isRemembered(right: string, epoch: string): boolean {
    const known = remembered.get(right);
    return known !== undefined && known.epoch === epoch && known.until > clock.now();
  }

  /** @param epoch what a yes may be remembered under; none when it may not be */
  async function askOrigin(
    call: Call,
    question: GrantQuestion,
    right: string,
    epoch?: string,
  ): Promise<Grant> {
    const { region, target } = question;
    const asking = { right, overtaken: false };
    questions.add(asking);
    try {
      const askedAt = clock.now();
      const answer = await origin.send(call, {
        region,
        endpoint: null,
        method: 'GET',
        target,
        headers: [...withoutHeaders(question.headers, RANGE_HEADERS), ['Range', UNSATISFIABLE]],
        body: null,
      });
      if (!ALLOWED.has(answer.status)) await forget(right);
      if (REFUSED.has(answer.status)) return { kind: 'refused', answer };
      await discardBody(answer.body);
      if (!ALLOWED.has(answer.status)) return { kind: 'undecided', status: answer.status };
      if (epoch !== undefined && !asking.overtaken) {
        remembered.set(right, { epoch, until: askedAt + authorizationTtlMs });
      }
      const requestId = headerValue(answer.headers, 'x-openstack-request-id');
      return { kind: 'granted', how: 'asked', requestId, attempts: answer.attempts };
    } finally {
      questions.delete(asking);
    }
  }

  /** A yes that is still on its way may be older than the no. */
  function drop(right: string): void {
    remembered.delete(right);
    for (const asking of questions) if (asking.right === right) asking.overtaken = true;
  }

  /** Settles when no process of the gateway remembers it: whoever then hears of the no finds it everywhere. */
  async function forget(right: string): Promise<void> {
    drop(right);
    if (authorizationTtlMs <= 0) return;
    const told = siblings.announce({ kind: 'refused', right });
    background.keep(told);
    await Promise.allSettled([told]);
  }
}
