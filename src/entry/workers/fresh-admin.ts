// The admin face of a primary: what its workers have not told yet is asked for before it answers.
import type { AdminApp } from '../../http/admin.ts';

/** @param fresh settles when all is told, within a second, and never rejects */
export function keepFresh(admin: AdminApp, fresh: () => Promise<void>): AdminApp {
  return {
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (TELLS_OF_CALLS.test(pathname)) await fresh();
      const answer = await admin.fetch(request);
      // Whoever has its head is told of every call that ends from then on: all workers know by now.
      if (pathname === TAIL) await fresh();
      return answer;
    },
    close: () => admin.close(),
  };
}

/** The page's files and the health checks do not wait for anybody. */
const TELLS_OF_CALLS = /^\/(api|jaeger|metrics)(\/|$)/;
const TAIL = '/api/traces/tail';
