// The Glance faces of the other workers, each on a socket in a folder that only this user may enter.
// To a fill they are origins that have the image sooner.
import { join } from 'node:path';
import { createUndiciWire, type UndiciWire } from '../../adapters/origin/undici-wire.ts';
import { withoutHeaders } from '../../core/headers.ts';
import type { Origin } from '../../ports/origin.ts';

export interface SiblingFaces {
  of(worker: number): Origin;
  close(): Promise<void>;
}

/** The socket of that worker. */
export function socketOf(folder: string, worker: number): string {
  return join(folder, `${worker}.sock`);
}

/**
 * The worker on the other side has deadlines of its own towards its origin, and ends the connection
 * when it ends: here one waits as long as it lives. A range far into an image that its origin can only
 * read from the front may take an hour.
 */
const PATIENCE_MS = 2 ** 31 - 1;

/** Twice as many as there can be workers: those that ended and were replaced leave theirs behind. */
const MAX_WIRES = 512;

/** What the other worker says about its own part in the call. */
const ITS_OWN: ReadonlySet<string> = new Set(['cache-status', 'x-trace-id', 'age']);

export interface SiblingFacesOptions {
  readonly folder: string;
  /** Connections to each at the most: each call may need one. */
  readonly connections: number;
  readonly connectMs: number;
}

export function createSiblingFaces(options: SiblingFacesOptions): SiblingFaces {
  const { folder, connections, connectMs } = options;
  const wires = new Map<number, UndiciWire>();

  return {
    of: (worker) => ({
      async send(call, { region, method, target, headers }) {
        const endpoint = `http://worker-${worker}`;
        const outcome = await wireTo(worker).send(call, {
          region,
          endpoint,
          method,
          target: `/regions/${region}${target}`,
          headers,
          body: null,
        });
        if (outcome.kind !== 'answered') throw outcome.failure;
        const { status, body } = outcome;
        const answered = withoutHeaders(outcome.headers, ITS_OWN);
        // None of its requests is one to the origin.
        return { status, headers: answered, body, endpoint, attempts: 0 };
      },
    }),
    async close() {
      await Promise.all([...wires.values()].map((wire) => wire.close()));
    },
  };

  function wireTo(worker: number): UndiciWire {
    const known = wires.get(worker);
    if (known !== undefined) return known;
    const wire = createUndiciWire({
      socketPath: socketOf(folder, worker),
      connections,
      connectMs,
      answerMs: PATIENCE_MS,
      uploadMs: PATIENCE_MS,
      stallMs: PATIENCE_MS,
      cas: {},
    });
    wires.set(worker, wire);
    for (const [oldest, old] of wires) {
      if (wires.size <= MAX_WIRES) break;
      wires.delete(oldest);
      void old.close();
    }
    return wire;
  }
}
