// Paths into the configuration: `cache.tiers[0].max_size` as a list of keys and indexes.

export type Path = readonly (string | number)[];

/** As an operator reads it. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** The value at the path, or undefined; only own properties count. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/**
 * A copy of the data with the value at the path; what is missing on the way is made. Unchanged when
 * something on the way can't hold the next step: the schema will say so.
 */
export function withValue(data: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(data) ? data : [];
    if (!Array.isArray(data) && !isAbsent(data)) return data;
    return [...list.slice(0, step), withValue(list[step], rest, value), ...list.slice(step + 1)];
  }
  if (!isAbsent(data) && (typeof data !== 'object' || Array.isArray(data))) return data;
  return { ...data, [step]: withValue(valueAt(data, [step]), rest, value) };
}

function isAbsent(data: unknown): data is undefined | null {
  return data === undefined || data === null;
}
