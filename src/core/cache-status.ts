// Cache-Status (RFC 9211): how the gateway says what it did. The same words stand in spans, logs
// and metrics.

/** Why a request went forward to the origin: the `fwd` values of RFC 9211 §2.2 that occur here. */
export type ForwardReason =
  /** Not to be cached, for the reason in `detail`. */
  | 'bypass'
  /** The method is not GET. */
  | 'method'
  /** Nothing is cached under that key. */
  | 'uri-miss'
  /** The client asked for it (`Cache-Control`). */
  | 'request'
  /** What was cached is too old. */
  | 'stale'
  /** Some of the chunks are cached, not all. */
  | 'partial';

export type CacheStatus =
  | {
      readonly kind: 'hit';
      /** The tier that answered, or `stale` terms by a negative `ttl`. */
      readonly detail: string;
      /** Seconds of freshness left; negative when served stale. */
      readonly ttl?: number;
    }
  | {
      readonly kind: 'fwd';
      readonly reason: ForwardReason;
      /** The origin's status when it is not the client's (RFC 9211 §2.3). */
      readonly forwardStatus?: number;
      readonly stored?: boolean;
      readonly collapsed?: boolean;
      readonly detail?: string;
    };

/** The gateway's member of the `Cache-Status` list. */
export function formatCacheStatus(status: CacheStatus): string {
  const parts = ['glance-edge'];
  if (status.kind === 'hit') {
    parts.push('hit');
    if (status.ttl !== undefined) parts.push(`ttl=${Math.trunc(status.ttl)}`);
  } else {
    parts.push(`fwd=${status.reason}`);
    if (status.forwardStatus !== undefined) parts.push(`fwd-status=${status.forwardStatus}`);
    if (status.stored) parts.push('stored');
    if (status.collapsed) parts.push('collapsed');
  }
  if (status.detail !== undefined) parts.push(`detail=${status.detail}`);
  return parts.join('; ');
}

/** The short form for metric labels: `hit`, or the reason it went forward. */
export function cacheStatusWord(status: CacheStatus): 'hit' | ForwardReason {
  return status.kind === 'hit' ? 'hit' : status.reason;
}
