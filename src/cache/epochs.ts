// Epochs: a mark per image that changes whenever the image may have changed. It is part of the key of
// everything kept about the image, so an older read that is still in flight ends under a name that
// nobody asks for any more.
import type { AtOnce } from '../core/at-once.ts';
import { epochKey } from '../core/cache-key.ts';
import type { ImageId } from '../core/image-id.ts';
import type { CallWatch } from '../ports/call.ts';
import type { Clock, Ids } from '../ports/runtime.ts';
import type { EpochMark, News, Siblings } from '../ports/siblings.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { TierStack } from './tier-stack.ts';

export interface Epochs {
  /** The image's present epoch. */
  of(region: string, imageId: ImageId, watch: CallWatch): AtOnce<string>;
  /** The epoch of everything written in the region: what lists are coalesced under. */
  ofRegion(region: string): string;
  /**
   * Begins a new epoch; settles when the tiers below memory know it or have failed, and all processes
   * of the gateway go by it.
   */
  begin(region: string, imageIds: readonly ImageId[]): Promise<void>;
  /** Another process has begun these. */
  heard(news: News & { readonly kind: 'epochs' }): void;
}

export interface EpochsOptions {
  /**
   * The tiers below memory, which outlive this process. The farthest is asked first, for it is the
   * one that other gateways may share: a nearer one has not heard of what they began.
   */
  readonly shared: TierStack;
  readonly siblings: Siblings;
  readonly clock: Clock;
  readonly ids: Ids;
  /** How long an epoch that another gateway may have ended is believed: `metadata_ttl`. */
  readonly believeMs: number;
  /** The longest that anything is kept under an epoch: a mark may be forgotten after that. */
  readonly lifetimeMs: number;
  /** Images whose epoch is held in memory. */
  readonly maxImages?: number;
}

interface Mark {
  readonly epoch: string;
  readonly until: number;
  /** Those before it that a tier may still tell of, the latest first. */
  readonly past: readonly string[];
  /** The latest that was begun; several when none of those who began them knew of the others'. */
  readonly begun: readonly string[];
}

/** More changes of one image than any tier could be late by. */
const MAX_PAST = 8;

/** Some 20 MB at the most; a busy region changes far fewer images within one `metadata_ttl`. */
const MAX_IMAGES = 100_000;

export function createEpochs(options: EpochsOptions): Epochs {
  const { shared, siblings, clock, ids, believeMs, lifetimeMs } = options;
  // When a mark is forgotten for room, its image falls back to a base that nothing was kept under.
  let base = '0';
  const marks = createBoundedMap<Mark>(options.maxImages ?? MAX_IMAGES, () => {
    base = ids.uuid();
  });
  const regions = new Map<string, string>();

  return {
    of(region, imageId, watch) {
      const key = epochKey(region, imageId);
      const known = marks.get(key);
      return known && known.until > clock.now() ? known.epoch : look(key, watch);
    },

    ofRegion(region) {
      return regions.get(region) ?? '0';
    },

    async begin(region, imageIds) {
      const regionEpoch = ids.uuid();
      regions.set(region, regionEpoch);
      // The tiers first: a process that starts meanwhile, and is not told, will ask them.
      const begun = imageIds.map((imageId) => beginOne(epochKey(region, imageId)));
      const told = await Promise.all(begun);
      await siblings.announce({ kind: 'epochs', region, regionEpoch, marks: told });
    },

    heard({ region, regionEpoch, marks: begun }) {
      regions.set(region, regionEpoch);
      for (const each of begun) hearOf(each);
    },
  };

  /** What the tiers know of it; where they know nothing, what is known here goes on. */
  async function look(key: string, watch: CallWatch): Promise<string> {
    const before = marks.get(key);
    const found = await shared.lookup(key);
    watch.looked(found.tries);
    // A begin() during the lookup knows better than what was found.
    const now = marks.get(key);
    if (now !== undefined && now !== before) return now.epoch;
    // A tier that is broken just now looks like one that has nothing, and what a nearer one says then
    // may be older than what is known here: an epoch never goes back. Nor when two processes began
    // one at once, and the tiers were told in another order than they told each other.
    const isNews = before === undefined || found.tries.length <= 1;
    const last = before?.epoch ?? base;
    const told = found.kind === 'hit' && isNews ? new TextDecoder().decode(found.bytes) : last;
    const epoch = before?.past.includes(told) ? last : told;
    // Nobody has begun the base.
    const begun = epoch === last ? (before?.begun ?? []) : [epoch];
    mark(key, { epoch, begun, until: clock.now() + believeMs });
    return epoch;
  }

  /**
   * Whoever began it has gone by it since, as have those who heard of it earlier: where a write is known
   * here that they had not heard of, what they have kept under it may be older than that write. Here an
   * epoch of its own takes the place of both, until the next one that was begun in the knowledge of both.
   */
  function hearOf({ key, epoch, after, until: given }: EpochMark): void {
    // As long from now on as what was kept under another epoch could count as fresh: a tier may be told
    // late of one that is over.
    const until = Math.max(given, clock.now() + believeMs);
    const unheard = (marks.get(key)?.begun ?? []).filter((known) => !after.includes(known));
    mark(key, { epoch, begun: [epoch], until });
    if (unheard.length === 0) return;
    mark(key, { epoch: ids.uuid(), begun: [epoch, ...unheard].slice(0, MAX_PAST), until });
  }

  function mark(key: string, next: Omit<Mark, 'past'>): void {
    const before = marks.get(key);
    const goneBy = before?.past ?? [];
    const leaves = before && before.epoch !== next.epoch && before.begun.includes(before.epoch);
    const past = leaves ? [before.epoch, ...goneBy].slice(0, MAX_PAST) : goneBy;
    marks.set(key, { ...next, past });
  }

  /** A tier that has not taken the new epoch may still tell the one before: none is asked then. */
  async function beginOne(key: string): Promise<EpochMark> {
    const after = marks.get(key)?.begun ?? [];
    const begun = { key, epoch: ids.uuid(), after, until: clock.now() + lifetimeMs };
    const own = { epoch: begun.epoch, begun: [begun.epoch] };
    mark(key, { ...own, until: begun.until });
    const stored = await shared.store(key, new TextEncoder().encode(begun.epoch), begun.until);
    const everywhere = stored.tiers.every(({ answer }) => answer === 'stored');
    if (!everywhere) return begun;
    // Another gateway may begin a later one, which is heard of only by asking.
    const believed = { ...begun, until: begun.until - lifetimeMs + believeMs };
    if (marks.get(key)?.epoch === begun.epoch) mark(key, { ...own, until: believed.until });
    return believed;
  }
}
