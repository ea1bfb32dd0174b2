// The whole Keyv 6 storage contract over the methods of an EntryStore, so that disk and Redis
// each implement storage once and Keyv's batch methods come for free.
import { Keyv, type KeyvValue, keyvStorageCapability } from 'keyv';
import type { Evicted } from '../ports/tier.ts';
import type { EntryStore } from './entry-store.ts';

/** One item of Keyv's `setMany`, at the boundary to the store. */
interface BatchItem {
  readonly key: string;
  readonly value: KeyvValue<Uint8Array>;
}

export interface BytesKeyv {
  readonly keyv: Keyv<Uint8Array>;
  /**
   * What had to go for the envelope that has just been written: Keyv's own answer is true or false,
   * but it hands the envelope on as it is. Null when that is not known.
   */
  readonly evictedFor: (envelope: KeyvValue<Uint8Array>) => Evicted | null;
  /** Past Keyv, which knows values as a whole only. */
  readonly readPart: EntryStore['readPart'];
}

/**
 * A Keyv whose values are raw bytes.
 *
 * Without serialization Keyv hands the store its envelope `{ value, expires }` as it is, so no byte
 * is copied. Its own expiry check reads the system clock, therefore it is off: the store checks
 * against the injected one. No error listener is attached: calls reject instead of looking like
 * misses.
 */
export function createBytesKeyv(entries: EntryStore): BytesKeyv {
  const evictions = new WeakMap<KeyvValue<Uint8Array>, Evicted>();
  const keyv = new Keyv<Uint8Array>({
    store: createKeyvStore(entries, evictions),
    serialization: false,
    checkExpired: false,
  });
  return {
    keyv,
    evictedFor: (envelope) => evictions.get(envelope) ?? null,
    readPart: (key, from, to) => entries.readPart(key, from, to),
  };
}

/** A Keyv 6 storage adapter: absolute expiry, all methods native async functions. */
function createKeyvStore(entries: EntryStore, evictions: WeakMap<KeyvValue<Uint8Array>, Evicted>) {
  async function get(key: string): Promise<KeyvValue<Uint8Array> | undefined> {
    const entry = await entries.read(key);
    if (entry === null) return undefined;
    return entry.expiresAt === null
      ? { value: entry.bytes }
      : { value: entry.bytes, expires: entry.expiresAt };
  }
  async function set(key: string, value: KeyvValue<Uint8Array>): Promise<boolean> {
    if (!(value.value instanceof Uint8Array)) throw new TypeError('Only bytes can be stored.');
    // The envelope's time, not the third argument: Keyv rounds that one up.
    const evicted = await entries.write(key, value.value, value.expires ?? null);
    if (evicted) evictions.set(value, evicted);
    return true;
  }
  async function remove(key: string): Promise<boolean> {
    return entries.remove(key);
  }
  async function has(key: string): Promise<boolean> {
    return (await entries.read(key)) !== null;
  }
  const store = {
    get,
    set,
    delete: remove,
    has,
    getMany: async (keys: string[]) => Promise.all(keys.map(get)),
    setMany: async (items: BatchItem[]) =>
      Promise.all(items.map((item) => set(item.key, item.value))),
    deleteMany: async (keys: string[]) => Promise.all(keys.map(remove)),
    hasMany: async (keys: string[]) => Promise.all(keys.map(has)),
    clear: async () => entries.clear(),
    disconnect: async () => entries.close(),
  };
  return Object.assign(store, { capabilities: keyvStorageCapability(store) });
}
