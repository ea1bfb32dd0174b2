// Answers that are there at once where they can be. What a busy gateway does most, it does without waiting:
// a promise for each step of that is work for the collector and for the event loop.

/** Whoever returns one may throw, or reject: both are the same trouble. */
export type AtOnce<T> = T | Promise<T>;

/** `go` with the value: now, if it is there. */
export function whenThere<T, R>(value: AtOnce<T>, go: (value: T) => AtOnce<R>): AtOnce<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}

/** What `work` comes to, by way of `done` or, when it throws or rejects, of `failed`. */
export function settled<T, R>(
  work: () => AtOnce<T>,
  done: (value: T) => R,
  failed: (thrown: unknown) => R,
): AtOnce<R> {
  let value: AtOnce<T>;
  try {
    value = work();
  } catch (thrown) {
    return failed(thrown);
  }
  return value instanceof Promise ? value.then(done, failed) : done(value);
}
