// A tier with manners around one without: a deadline, a bound on calls at once and a circuit
// breaker, so that a broken disk or Redis is a slow miss and never a hang.
import type { Clock, Timers } from '../ports/runtime.ts';
import type { Tier, TierName } from '../ports/tier.ts';
import { createBreaker } from './breaker.ts';
import { createPlaces } from './places.ts';

/** Something that deserves a counter and a span event; the request goes on as after a miss. */
export interface TierTrouble {
  readonly tier: TierName;
  /**
   * `failed`: the tier said so. `late`: no answer within the deadline. `busy`: too many calls under
   * way, until the deadline. `opened` / `closed`: the breaker stopped asking / asks again. `damaged`: an entry at rest
   * was not what had been stored; it has been removed.
   */
  readonly kind: 'failed' | 'late' | 'busy' | 'opened' | 'closed' | 'damaged';
  readonly operation: TierOperation;
  /** The tier's own error, for the log; null when there is none. */
  readonly cause: unknown;
}

export type TierOperation = 'lookup' | 'store' | 'remove';

export interface GuardLimits {
  /** How long a call may take before it counts as failed, and may wait for its turn, in milliseconds. */
  readonly deadlineMs: number;
  /** Calls under way at once, late ones included until they really end; others wait for their turn. */
  readonly concurrency: number;
  /** Failures in a row until the breaker opens. */
  readonly failuresToOpen: number;
  /** How long it stays open, in milliseconds. */
  readonly openMs: number;
}

interface GuardOptions {
  readonly limits: GuardLimits;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onTrouble: (trouble: TierTrouble) => void;
}

/** Answers `failed`, `refused: full` and false are what a caller sees of a tier that is in trouble. */
export function guardTier(tier: Tier, { limits, clock, timers, onTrouble }: GuardOptions): Tier {
  const { deadlineMs, concurrency } = limits;
  const breaker = createBreaker({ clock, ...limits });
  // A burst, such as a fast fill's, is no trouble: what it can't store at once it can soon.
  const places = createPlaces({ places: concurrency, waitMs: deadlineMs, timers });

  return {
    name: tier.name,
    lookup: (key) =>
      guarded('lookup', {
        call: async () => tier.lookup(key),
        causeOf: (answer) => (answer.kind === 'failed' ? { cause: answer.cause } : null),
        broken: (cause) => ({ kind: 'failed', cause }),
        busy: { kind: 'failed', cause: new Error(`The ${tier.name} tier is busy.`) },
      }),
    lookupPart: (key, from, to) =>
      guarded('lookup', {
        call: async () => tier.lookupPart(key, from, to),
        causeOf: (answer) => (answer.kind === 'failed' ? { cause: answer.cause } : null),
        broken: (cause) => ({ kind: 'failed', cause }),
        busy: { kind: 'failed', cause: new Error(`The ${tier.name} tier is busy.`) },
      }),
    store: (key, bytes, expiresAt) =>
      guarded('store', {
        call: () => tier.store(key, bytes, expiresAt),
        causeOf: (answer) => (answer.kind === 'failed' ? { cause: answer.cause } : null),
        broken: (cause) => ({ kind: 'failed', cause }),
        busy: { kind: 'refused', reason: 'full' },
      }),
    remove: (key) =>
      guarded('remove', {
        call: () => tier.remove(key),
        causeOf: (removed) => (removed ? null : { cause: null }),
        broken: () => false,
        busy: false,
      }),
    usage: () => tier.usage(),
  };

  async function guarded<Answer>(operation: TierOperation, how: Guarded<Answer>): Promise<Answer> {
    if (!breaker.admits()) return how.broken(new Error(`The ${tier.name} tier is resting.`));
    const place = places.take();
    if (place !== true && !(await place)) {
      breaker.withdrawn();
      report('busy', operation, null);
      return how.busy;
    }
    const answer = await withinDeadline(how.call().catch(how.broken));
    if (answer === LATE) {
      const cause = new Error(`The ${tier.name} tier took longer than ${deadlineMs} ms.`);
      failed('late', operation, cause);
      return how.broken(cause);
    }
    const failure = how.causeOf(answer);
    if (failure !== null) failed('failed', operation, failure.cause);
    else if (breaker.succeeded()) report('closed', operation, null);
    return answer;
  }

  /** The answer, or LATE. A late call keeps its place until it ends, so that hung ones can't pile up. */
  function withinDeadline<Answer>(call: Promise<Answer>): Promise<Answer | typeof LATE> {
    return new Promise((resolve) => {
      const cancel = timers.after(deadlineMs, () => resolve(LATE));
      void call.then((answer) => {
        places.leave();
        cancel();
        resolve(answer);
      });
    });
  }

  function failed(kind: 'failed' | 'late', operation: TierOperation, cause: unknown): void {
    report(kind, operation, cause);
    if (breaker.failed()) report('opened', operation, cause);
  }

  function report(kind: TierTrouble['kind'], operation: TierOperation, cause: unknown): void {
    onTrouble({ tier: tier.name, kind, operation, cause });
  }
}

const LATE = Symbol('late');

interface Guarded<Answer> {
  readonly call: () => Promise<Answer>;
  /** What went wrong, or null when nothing did. */
  readonly causeOf: (answer: Answer) => { readonly cause: unknown } | null;
  readonly broken: (cause: unknown) => Answer;
  readonly busy: Answer;
}
