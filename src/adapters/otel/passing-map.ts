// A map for what comes and goes all the time, in order of arrival. In a Map of V8's the values that have
// gone may live on: each table that it outgrows points to the next one, and once one of them has become
// old, all that were ever in the map are kept, and moved, until the old generation is collected.

export interface PassingMap<Value> {
  readonly size: number;
  get(key: string): Value | undefined;
  /** A key that is there keeps its place in the order. */
  set(key: string, value: Value): void;
  /** What was there. */
  delete(key: string): Value | undefined;
  oldestKey(): string | undefined;
  oldest(): Value | undefined;
  /** The oldest first. */
  values(): Value[];
}

/** The Map has numbers only, which the collector does not follow; the values are in an array's places. */
export function createPassingMap<Value>(): PassingMap<Value> {
  const places = new Map<string, number>();
  const values: (Value | undefined)[] = [];
  const free: number[] = [];

  function valueUnder(key: string | undefined): Value | undefined {
    const place = key === undefined ? undefined : places.get(key);
    return place === undefined ? undefined : values[place];
  }

  function oldestKey(): string | undefined {
    for (const key of places.keys()) return key;
    return undefined;
  }

  return {
    get size() {
      return places.size;
    },
    get: valueUnder,
    set(key, value) {
      const place = places.get(key) ?? free.pop() ?? values.length;
      places.set(key, place);
      values[place] = value;
    },
    delete(key) {
      const place = places.get(key);
      if (place === undefined) return undefined;
      const value = values[place];
      places.delete(key);
      values[place] = undefined;
      free.push(place);
      return value;
    },
    oldestKey,
    oldest: () => valueUnder(oldestKey()),
    values() {
      const found: Value[] = [];
      for (const place of places.values()) {
        const value = values[place];
        if (value !== undefined) found.push(value);
      }
      return found;
    },
  };
}

/** From the last to the first, without the copy that `reverse` would need. */
export function* backwards<Value>(values: readonly Value[]): Iterable<Value> {
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const value = values[at];
    if (value !== undefined) yield value;
  }
}
