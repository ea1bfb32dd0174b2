// Who asks, in the tests of the cache.

import type { FillWatch } from '../../../src/cache/fill-watch.ts';
import type { Caller } from '../../../src/core/caller.ts';
import { type ImageId, parseImageId } from '../../../src/core/image-id.ts';
import { type Call, type TraceContext, UNWATCHED } from '../../../src/ports/call.ts';
import type { Background, Clock, Ids } from '../../../src/ports/runtime.ts';

export const aCall = (signal: AbortSignal = new AbortController().signal): Call => ({
  signal,
  trace: NO_SPAN,
  watch: UNWATCHED,
});

export const NO_SPAN: TraceContext = {
  traceId: '',
  spanId: '',
  sampled: false,
  traceState: null,
  baggage: null,
  profile: null,
};

/** For what takes no time. */
export const STOPPED: Clock = { now: () => 0 };

/** A fill that nobody follows. */
export const unwatchedFill = (): FillWatch => ({
  trace: NO_SPAN,
  watch: UNWATCHED,
  joined: () => ({ left() {} }),
  resumed() {},
  stored() {},
  verified() {},
  ended() {},
});

export const aCaller = (token: string): Caller => ({
  digest: `digest-of-${token}`,
  credentials: [['X-Auth-Token', token]],
});

/** The image of that number. */
export function imageId(number: number): ImageId {
  const id = parseImageId(`0d0a0b0c-0000-4000-8000-${String(number).padStart(12, '0')}`);
  if (id === null) throw new Error(`no image id: ${number}`);
  return id;
}

export const inBackground: Background = { keep: (work) => void work };

/** `id-1`, `id-2`, …; two of them with other prefixes are two gateways. */
export function countingIds(prefix = 'id'): Ids {
  let count = 0;
  return {
    uuid() {
      count += 1;
      return `${prefix}-${count}`;
    },
  };
}
