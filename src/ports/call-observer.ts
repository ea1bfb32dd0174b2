// What operators are told: one summary when a call's last byte has left, and counted events for
// what happens beside calls. Metrics and logs implement it; the engine knows neither.
import type { FailureCode } from '../core/failure.ts';
import type { TierName } from './tier.ts';

/** Where the bytes of an answer came from: a tier of the cache, or the origin. */
export type ByteSource = TierName | 'origin';

/** All that is known of a call once its last byte has left, or its client has. */
export interface CallSummary {
  /** 32 hexadecimal digits, as in `X-Trace-Id`. */
  readonly traceId: string;
  /** As the client sent it. */
  readonly method: string;
  /** The route's template, never a path: `/v2/images/{image_id}/file`. */
  readonly route: string;
  /** Null when the call was refused before a region was chosen. */
  readonly region: string | null;
  /** Null for calls that are about no single image. */
  readonly imageId: string | null;
  /** HTTP status that was sent, or 499 when the client left before one could be. */
  readonly status: number;
  /** The gateway's member of `Cache-Status` (RFC 9211) as sent; null when none was. */
  readonly cacheStatus: string | null;
  /** Bytes of image data in the answer by where they came from. */
  readonly tierBytes: Readonly<Record<ByteSource, number>>;
  /** Body bytes sent to the client. */
  readonly bytesSent: number;
  /** Body bytes received from the client. */
  readonly bytesReceived: number;
  /** Requests sent to the origin for this call; 0 for a pure hit. */
  readonly originAttempts: number;
  /** From the request's head to the answer's last byte, in milliseconds. */
  readonly durationMs: number;
  /** From the request's head to the first byte of the answer's body; null when there was none. */
  readonly ttfbMs: number | null;
  /** How the answer ended: whole, left by its client, or cut off because it could not be made whole. */
  readonly ended: 'complete' | 'client-gone' | 'destroyed';
  /** Null for a call that went well. */
  readonly failure: FailureCode | null;
  /** `X-Openstack-Request-Id` of the answer. */
  readonly requestId: string | null;
}

/** Is told of every call once. Never throws, never blocks: it stands in the way of answers. */
export interface CallObserver {
  ended(summary: CallSummary): void;
}

/**
 * Events that are no calls, with the labels that each is counted under. Labels are closed words or
 * configured names, never ids, so that the number of series stays bounded.
 */
export interface CountedEvents {
  /** A tier answered `failed`: to the client it was a slow miss. */
  readonly tier_trouble: {
    readonly tier: TierName;
    readonly act: 'lookup' | 'store' | 'remove';
  };
  /** A tier answered a lookup: how well each level does, apart from what calls made of it. */
  readonly tier_lookup: { readonly tier: TierName; readonly answer: 'hit' | 'miss' };
  /** A tier would not take an entry, through no fault of its own. */
  readonly tier_refusal: { readonly tier: TierName; readonly reason: 'full' | 'too-large' };
  /** A tier forgot an entry to take another one. */
  readonly tier_eviction: { readonly tier: TierName };
  /** The bytes of it, as the tier counts its room. */
  readonly tier_evicted_bytes: { readonly tier: TierName };
  /** A fill ended: kept after its hash matched, failed, or stopped because nobody needed it. */
  readonly fill: {
    readonly region: string;
    readonly ended: 'complete' | 'failed' | 'abandoned';
  };
  /** A fill was resumed after its origin cut it off. */
  readonly fill_resumed: { readonly region: string };
  /** Image data did not have the size or the hash of its record; nothing of it was kept. */
  readonly data_mismatch: { readonly region: string };
  /** A caller's right to an image's data was asked for. */
  readonly grant: {
    readonly region: string;
    readonly answer: 'remembered' | 'allowed' | 'refused' | 'failed';
  };
  /** An image record was needed. */
  readonly record: {
    readonly region: string;
    readonly answer: 'fresh' | 'stale' | 'fetched' | 'collapsed' | 'failed';
  };
  /** An endpoint was passed over for the region's next one. */
  readonly failover: { readonly region: string };
  /**
   * A call came with osprofiler's headers that are no profile: not signed with one of the keys, or not
   * what osprofiler packs. The call went on without them.
   */
  readonly osprofiler_refused: { readonly reason: 'signature' | 'malformed' };
}

export type CountedEvent = keyof CountedEvents;

/** Counts events. Never throws. */
export interface Counters {
  /** @param times 1 unless told */
  count<Name extends CountedEvent>(name: Name, labels: CountedEvents[Name], times?: number): void;
}
