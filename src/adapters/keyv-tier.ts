// A Tier over a Keyv of bytes: turns Keyv's answers and rejections into the three answers of a tier.
import type { TierName, TierPart, TierUsage } from '../ports/tier.ts';
import type { ClosableTier } from './closable-tier.ts';
import { EntryDamaged, StoreRefused } from './entry-store.ts';
import type { BytesKeyv } from './keyv-store.ts';
import { createRunning } from './running.ts';

interface KeyvTierOptions {
  readonly name: TierName;
  /** Made by `createBytesKeyv`; must have no `error` listener, else failures would look like misses. */
  readonly bytesKeyv: BytesKeyv;
  readonly usage: () => TierUsage;
  /** Called for every entry that turned out damaged, after it was removed. */
  readonly onDamaged: () => void;
}

export function createKeyvTier(options: KeyvTierOptions): ClosableTier {
  const { name, usage, onDamaged } = options;
  const { keyv, evictedFor, readPart } = options.bytesKeyv;
  // Keyv reaches the store some turns after it was called; counted here, no call slips by a closing.
  const running = createRunning();
  return {
    name,
    async lookup(key) {
      try {
        const found = await running.accept(() => keyv.getRaw<Uint8Array>(key));
        if (found === undefined || typeof found === 'string' || found.value === undefined) {
          return { kind: 'miss' };
        }
        return { kind: 'hit', bytes: found.value, expiresAt: found.expires ?? null };
      } catch (cause) {
        return unread(cause);
      }
    },
    async lookupPart(key, from, to) {
      try {
        const part = await running.accept(() => readPart(key, from, to));
        return part === null ? { kind: 'miss' } : { kind: 'hit', ...part };
      } catch (cause) {
        return unread(cause);
      }
    },
    async store(key, bytes, expiresAt) {
      try {
        // setRaw takes an absolute time; set would make it relative to the system clock.
        const envelope =
          expiresAt === null ? { value: bytes } : { value: bytes, expires: expiresAt };
        await running.accept(() => keyv.setRaw(key, envelope));
        return { kind: 'stored', evicted: evictedFor(envelope) };
      } catch (cause) {
        if (cause instanceof StoreRefused) return { kind: 'refused', reason: cause.reason };
        return { kind: 'failed', cause };
      }
    },
    async remove(key) {
      try {
        await running.accept(() => keyv.delete(key));
        return true;
      } catch {
        return false;
      }
    },
    usage,
    async close() {
      await running.close();
      await keyv.disconnect().catch(() => {});
    },
  };

  function unread(cause: unknown): Extract<TierPart, { kind: 'miss' | 'failed' }> {
    if (!(cause instanceof EntryDamaged)) return { kind: 'failed', cause };
    onDamaged();
    return { kind: 'miss' };
  }
}
