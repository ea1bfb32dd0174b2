// The other processes of the same gateway, where there are any: they share its address and the tiers
// below memory, and must not be seen to be several.
import type { Origin } from './origin.ts';

/**
 * Who fetches an image's data: one process at a time. A lease is held until it is given back or its
 * process ends.
 */
export type Lease =
  /**
   * This one, from the origin. `lookAgain`: another one may have fetched it since it was last looked
   * for in the tiers.
   */
  | { readonly kind: 'ours'; readonly lookAgain: boolean; end(): void }
  /** Another one: here is its Glance face, which asks and answers as it does for any caller. */
  | { readonly kind: 'theirs'; readonly face: Origin };

/** What one process has learned and all must know. */
export type News =
  /** New epochs of images, and of what was written in the region. */
  | {
      readonly kind: 'epochs';
      readonly region: string;
      readonly regionEpoch: string;
      readonly marks: readonly EpochMark[];
    }
  /** The origin has refused what an earlier answer of it may be remembered to allow. */
  | { readonly kind: 'refused'; readonly right: string };

export interface EpochMark {
  readonly key: string;
  readonly epoch: string;
  /** Those that the process had heard of, or begun, and now goes by this one instead of. */
  readonly after: readonly string[];
  /** Epoch milliseconds: how long no tier needs to be asked for it. */
  readonly until: number;
}

export interface Siblings {
  /** The lease of `key`, for this process if nobody holds it; asking again for what one holds is fine. */
  take(key: string): Promise<Lease>;
  /** The face of the process that holds it, if that is another one. */
  holder(key: string): Promise<Origin | null>;
  /**
   * Tells all others. Settles when each of them goes by it, or has ended: what is answered anywhere
   * from then on is answered in its knowledge.
   */
  announce(news: News): Promise<void>;
  /** What the others tell; at once, before they hear that it is known. One listener. */
  hear(listener: (news: News) => void): void;
}

/** For a gateway that is one process. */
export const ALONE: Siblings = {
  take: async () => ({ kind: 'ours', lookAgain: false, end() {} }),
  holder: async () => null,
  announce: async () => {},
  hear() {},
};
