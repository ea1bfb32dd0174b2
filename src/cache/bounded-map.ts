// A Map that forgets its least recently used entry when it is full: for small bookkeeping whose
// loss is safe. Image data and records live in tiers instead.

export interface BoundedMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
}

/** @param onEvict told of an entry that was forgotten for room, never of one deleted or replaced */
export function createBoundedMap<V>(maxEntries: number, onEvict?: () => void): BoundedMap<V> {
  // The least recently used first.
  const entries = new Map<string, V>();
  let latest: string | null = null;

  function put(key: string, value: V): void {
    entries.delete(key);
    entries.set(key, value);
    latest = key;
  }

  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined && key !== latest) put(key, value);
      return value;
    },
    set(key, value) {
      put(key, value);
      if (entries.size <= maxEntries) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        onEvict?.();
        return;
      }
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
