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
  if (status.kind === 'hit' && status.ttl === undefined) return hitIn(status.detail);
  const parts = ['glance-edge'];
  if (status.kind === 'hit') {
    parts.push('hit', `ttl=${Math.trunc(status.ttl ?? 0)}`);
  } else {
    parts.push(`fwd=${status.reason}`);
    if (status.forwardStatus !== undefined) parts.push(`fwd-status=${status.forwardStatus}`);
    if (status.stored) parts.push('stored');
    if (status.collapsed) parts.push('collapsed');
  }
  if (status.detail !== undefined) parts.push(`detail=${status.detail}`);
  return parts.join('; ');
}

const hits = new Map<string, string>();

/** Tiers are a few words, and their hits are most of what is told: always the same text. */
function hitIn(tier: string): string {
  const known = hits.get(tier);
  if (known !== undefined) return known;
  const text = `glance-edge; hit; detail=${tier}`;
  if (hits.size < 16) hits.set(tier, text);
  return text;
}

/** The short form for metric labels: `hit`, or the reason it went forward. */
export function cacheStatusWord(status: CacheStatus): 'hit' | ForwardReason {
  return status.kind === 'hit' ? 'hit' : status.reason;
}
