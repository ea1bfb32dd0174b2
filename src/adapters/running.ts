// Work under way in a tier: counted, so that closing can wait for it.

export interface Running {
  /** Runs a caller's work; rejects without running it when closed. */
  accept<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Counts work that an accepted one gave rise to, closed or not. */
  follow<Result>(work: Promise<Result>): Promise<Result>;
  /** Accepts no more; resolves when the last work has ended. Repeating it is fine. */
  close(): Promise<void>;
}

export function createRunning(): Running {
  const works = new Set<Promise<unknown>>();
  let closed = false;
  return {
    async accept(work) {
      if (closed) throw new Error('The tier is closed.');
      return follow(work());
    },
    follow,
    async close() {
      closed = true;
      while (works.size > 0) await Promise.allSettled(works);
    },
  };

  async function follow<Result>(work: Promise<Result>): Promise<Result> {
    works.add(work);
    try {
      return await work;
    } finally {
      works.delete(work);
    }
  }
}
