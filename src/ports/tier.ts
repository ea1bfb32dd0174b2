// One level of storage under the cache: memory, disk, Redis. Values are bytes under a string key.
import type { AtOnce } from '../core/at-once.ts';

/** The word for a tier in `Cache-Status`, in span attributes and in metrics. */
export type TierName = 'memory' | 'disk' | 'redis';

/** Found, not there, or the tier is broken: three different answers. */
export type TierLookup =
  | { readonly kind: 'hit'; readonly bytes: Uint8Array; readonly expiresAt: number | null }
  | { readonly kind: 'miss' }
  | { readonly kind: 'failed'; readonly cause: unknown };

/** The same for a part of an entry. */
export type TierPart =
  | {
      readonly kind: 'hit';
      /** The part that was asked for. */
      readonly bytes: Uint8Array;
      /** What the tier had to read for it, `bytes` among it: the whole entry at most. */
      readonly within: Uint8Array;
      /** Bytes of the whole entry. */
      readonly size: number;
      readonly expiresAt: number | null;
    }
  | { readonly kind: 'miss' }
  | { readonly kind: 'failed'; readonly cause: unknown };

/** Stored; refused for a reason that is no fault (no room, too large); or the tier is broken. */
export type TierWrite =
  | { readonly kind: 'stored'; readonly evicted: Evicted | null }
  | { readonly kind: 'refused'; readonly reason: 'full' | 'too-large' }
  | { readonly kind: 'failed'; readonly cause: unknown };

/** Entries that had to go for another one, never the earlier one of its own key. */
export interface Evicted {
  readonly entries: number;
  /** The room that they took, as `usage` counts it. */
  readonly bytes: number;
}

/**
 * A tier of the cache.
 *
 * Contract, checked by one suite for all of them:
 * - A hit holds exactly the bytes that were stored last under that key; bytes that were damaged at
 *   rest are a miss, never a hit.
 * - An entry whose `expiresAt` (epoch milliseconds, absolute) has passed is a miss; null never
 *   expires.
 * - A store is atomic: a lookup sees the whole old value, the whole new one, or a miss.
 * - No method throws or rejects: trouble is the `failed` answer.
 * - The bytes handed to `store` and those of a hit are shared, not copied: nobody changes them.
 * - A part is what a lookup of the whole would show there. It is a miss where the entry ends before
 *   it does, and damage in it is found as damage in the whole is; damage elsewhere need not be.
 * - Where bytes are lent (see Blocks), those of a hit, `within` for a part, are held for whoever asked,
 *   and those handed to `store` have to be held until it has answered; after `failed` they are never
 *   released: a late write may still be at them.
 * - A key is any string of 1 to 2,048 characters.
 * - Within its bound a tier may forget any entry at any time, least recently used first. `stored`
 *   tells what went for that entry; null where somebody else decides that, and tells nobody.
 */
export interface Tier {
  readonly name: TierName;
  /** At once where the tier is memory. */
  lookup(key: string): AtOnce<TierLookup>;
  /** Bytes `from` up to, not including, `to`: at least one. Reads no more than it has to. */
  lookupPart(key: string, from: number, to: number): AtOnce<TierPart>;
  store(key: string, bytes: Uint8Array, expiresAt: number | null): Promise<TierWrite>;
  /** Removes the entry; absent is fine. False when the tier is broken. */
  remove(key: string): Promise<boolean>;
  /** How full the tier is; `maxBytes` null when the bound is somebody else's. */
  usage(): TierUsage;
}

/** A tier, for those who only want to know how full it is. */
export type MeasuredTier = Pick<Tier, 'name' | 'usage'>;

export interface TierUsage {
  readonly bytes: number;
  readonly maxBytes: number | null;
  readonly entries: number;
}
