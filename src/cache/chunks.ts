// Chunks and manifests in the tiers. A chunk is found by its own digest, and the digests are found
// only through a manifest, which exists only for data that was streamed whole and verified.
import { chunkKey, manifestKey } from '../core/cache-key.ts';
import type { Generation } from '../core/generation.ts';
import { decodeManifest, encodeManifest, type Manifest } from '../core/manifest.ts';
import type { CallWatch } from '../ports/call.ts';
import type { TierName } from '../ports/tier.ts';
import { createSingleFlight } from './single-flight.ts';
import type { StackLookup, StackStore, TierStack } from './tier-stack.ts';

export type ChunkLookup =
  | { readonly kind: 'hit'; readonly bytes: Uint8Array; readonly tier: TierName }
  | { readonly kind: 'miss' };

export interface Chunks {
  /** The proof that this generation may be served from the tiers, or null. */
  manifest(generation: Generation, watch: CallWatch): Promise<Manifest | null>;
  /** `length` is what the chunk must measure; anything else is a miss. */
  lookup(digest: string, length: number, watch: CallWatch): Promise<ChunkLookup>;
  store(digest: string, bytes: Uint8Array): Promise<StackStore>;
  /** Makes the generation servable: to be called only when its whole hash has matched. */
  commit(generation: Generation, manifest: Manifest): Promise<void>;
  forget(digests: Iterable<string>): Promise<void>;
}

export function createChunks(stack: TierStack): Chunks {
  // Memory hands out the same bytes again and again: a manifest is decoded once.
  const decoded = new WeakMap<Uint8Array, Manifest>();
  // Many clients at the same place read the disk once.
  const flights = createSingleFlight<StackLookup>();
  const never = new AbortController().signal;

  return {
    async manifest(generation, watch) {
      const found = await stack.lookup(manifestKey(generation));
      watch.looked(found.tries);
      if (found.kind === 'miss') return null;
      const manifest = decoded.get(found.bytes) ?? decodeManifest(found.bytes, generation);
      if (manifest) decoded.set(found.bytes, manifest);
      return manifest;
    },

    async lookup(digest, length, watch) {
      const key = chunkKey(digest);
      const found = await flights.board(key, never, () => stack.lookup(key)).result;
      // Who shares a lookup has waited for it as well.
      watch.looked(found.tries);
      if (found.kind === 'miss' || found.bytes.length !== length) return { kind: 'miss' };
      return { kind: 'hit', bytes: found.bytes, tier: found.tier };
    },

    store: (digest, bytes) => stack.store(chunkKey(digest), bytes, null),

    async commit(generation, manifest) {
      await stack.store(manifestKey(generation), encodeManifest(manifest), null);
    },

    async forget(digests) {
      for (const digest of digests) await stack.remove(chunkKey(digest));
    },
  };
}
