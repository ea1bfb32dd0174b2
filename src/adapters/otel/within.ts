// An end to waiting for collectors: what can't be sent in time is lost.

/** Settles with the work, however that ends, or after so many milliseconds. Never rejects. */
export async function within(deadlineMs: number, work: readonly Promise<unknown>[]): Promise<void> {
  const deadline = Promise.withResolvers<void>();
  const timer = setTimeout(deadline.resolve, deadlineMs);
  await Promise.race([Promise.allSettled(work), deadline.promise]);
  clearTimeout(timer);
}
