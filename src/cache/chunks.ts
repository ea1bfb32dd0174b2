// Chunks and manifests in the tiers. A chunk is found by its own digest, and the digests are found
// only through a manifest, which exists only for data that was streamed whole and verified.
import { type AtOnce, whenThere } from '../core/at-once.ts';
import { chunkKey, manifestKey } from '../core/cache-key.ts';
import type { Generation } from '../core/generation.ts';
import { decodeManifest, encodeManifest, type Manifest } from '../core/manifest.ts';
import type { CallWatch } from '../ports/call.ts';
import type { Blocks } from '../ports/runtime.ts';
import type { TierName } from '../ports/tier.ts';
import type { StackLookup, StackStore, TierStack } from './tier-stack.ts';

export interface ChunkHit {
  readonly kind: 'hit';
  readonly bytes: Uint8Array;
  /** What is held for whoever asked, `bytes` among it. */
  readonly within: Uint8Array;
  readonly tier: TierName;
}

export type ChunkLookup = ChunkHit | { readonly kind: 'miss' };

export interface Chunks {
  /** The proof that this generation may be served from the tiers, or null. */
  manifest(generation: Generation, watch: CallWatch): AtOnce<Manifest | null>;
  /**
   * `length` is what the chunk must measure; anything else is a miss. A hit is held for whoever asked:
   * see `release`.
   */
  lookup(digest: string, length: number, watch: CallWatch): Promise<ChunkLookup>;
  /** Bytes `from` up to, not including, `to` of that chunk. */
  lookupPart(
    digest: string,
    length: number,
    part: { readonly from: number; readonly to: number },
    watch: CallWatch,
  ): AtOnce<ChunkLookup>;
  /** Whoever looked something up will not look at it again. */
  release(hit: ChunkHit): void;
  store(digest: string, bytes: Uint8Array): Promise<StackStore>;
  /** Makes the generation servable: to be called only when its whole hash has matched. */
  commit(generation: Generation, manifest: Manifest): Promise<void>;
  forget(digests: Iterable<string>): Promise<void>;
}

interface SharedLookup {
  readonly found: Promise<StackLookup>;
  /** Who asks beside the first one. */
  sharers: number;
}

export function createChunks(stack: TierStack, blocks: Blocks): Chunks {
  // Memory hands out the same bytes again and again: a manifest is decoded once.
  const decoded = new WeakMap<Uint8Array, Manifest>();
  // Many clients at the same place read the disk once.
  const lookups = new Map<string, SharedLookup>();

  return {
    manifest: (generation, watch) =>
      whenThere(stack.lookup(manifestKey(generation)), (found) => {
        watch.looked(found.tries);
        if (found.kind === 'miss') return null;
        const known = decoded.get(found.bytes);
        if (known) return known;
        const manifest = decodeManifest(found.bytes, generation);
        if (manifest) decoded.set(found.bytes, manifest);
        return manifest;
      }),

    async lookup(digest, length, watch) {
      const found = await shared(chunkKey(digest));
      // Who shares a lookup has waited for it as well.
      watch.looked(found.tries);
      return sized(found, length);
    },

    lookupPart: (digest, length, { from, to }, watch) =>
      whenThere(stack.lookupPart(chunkKey(digest), from, to), (found) => {
        watch.looked(found.tries);
        return sized(found, length);
      }),

    release: ({ within }) => blocks.release(within),

    store: (digest, bytes) => stack.store(chunkKey(digest), bytes, null),

    async commit(generation, manifest) {
      await stack.store(manifestKey(generation), encodeManifest(manifest), null);
    },

    async forget(digests) {
      for (const digest of digests) await stack.remove(chunkKey(digest));
    },
  };

  function sized(found: StackLookup, length: number): ChunkLookup {
    if (found.kind === 'miss') return { kind: 'miss' };
    const { bytes, within, size, tier } = found;
    if (size === length) return { kind: 'hit', bytes, within, tier };
    blocks.release(within);
    return { kind: 'miss' };
  }

  function shared(key: string): Promise<StackLookup> {
    const running = lookups.get(key);
    if (running) {
      running.sharers += 1;
      return running.found;
    }
    const lookup: SharedLookup = { found: ask(), sharers: 0 };
    lookups.set(key, lookup);
    return lookup.found;

    async function ask(): Promise<StackLookup> {
      try {
        const answer = await stack.lookup(key);
        // Held for all of them before the first one can let go.
        for (let sharer = 0; answer.kind === 'hit' && sharer < lookup.sharers; sharer += 1) {
          blocks.hold(answer.within);
        }
        return answer;
      } finally {
        // In the same turn: who comes from now on is not held for. After a defect as well, else all
        // who ever come would share it.
        lookups.delete(key);
      }
    }
  }
}
