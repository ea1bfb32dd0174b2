// A fill's share in the work of several processes: one of them fetches an image from the origin, the
// others fetch it from that one. Each checks the whole hash for itself, and only the first one stores
// the data where all of them find it.
import type { Generation } from '../core/generation.ts';
import type { Manifest } from '../core/manifest.ts';
import type { CallWatch } from '../ports/call.ts';
import type { Origin, OriginBody } from '../ports/origin.ts';
import type { Blocks, Timers } from '../ports/runtime.ts';
import type { Lease, Siblings } from '../ports/siblings.ts';
import type { Chunks } from './chunks.ts';
import { createRunReader, type ReadRun } from './origin-run.ts';
import type { RangeAbilities } from './range-ability.ts';

/** What a fill works with, by whether it fetches or follows at present. */
export interface FillShare {
  /** Stores and forgets in memory alone while it follows. */
  readonly chunks: Chunks;
  readonly readRun: ReadRun;
  readonly abilities: RangeAbilities;
  /** Before the first byte. `there`: another process has fetched it since it was looked for. */
  begin(watch: CallWatch): Promise<'fetch' | 'there'>;
  /** True while the data comes from another process. */
  follows(): boolean;
  /** When nothing of the fill runs any more. */
  end(): void;
}

/** @param key names the fill among all processes */
export type ShareFill = (
  key: string,
  job: { readonly generation: Generation; readonly manifest: Manifest | null },
) => FillShare;

export interface FillSharesOptions {
  readonly siblings: Siblings;
  readonly origin: Origin;
  readonly chunks: Chunks;
  /** Chunks in this process's memory alone. */
  readonly ownChunks: Pick<Chunks, 'store' | 'commit' | 'forget'>;
  readonly timers: Timers;
  readonly abilities: RangeAbilities;
  /** Takes back the memory of what the origin has sent. */
  readonly pieces: Pick<Blocks, 'release'>;
}

export function createFillShares(options: FillSharesOptions): ShareFill {
  const { siblings, chunks, ownChunks, timers, abilities, pieces } = options;

  return function shareOf(key, job) {
    let lease: Lease | null = null;
    let following = false;

    return {
      chunks: {
        ...chunks,
        store: (digest, bytes) => (following ? ownChunks : chunks).store(digest, bytes),
        commit: (generation, manifest) =>
          (following ? ownChunks : chunks).commit(generation, manifest),
        // Whoever fetches may have proved what here went wrong on the way.
        forget: (digests) => (following ? ownChunks : chunks).forget(digests),
      },
      readRun: createRunReader({
        origin: { send },
        timers,
        // Another process reads ranges for us, whatever the origin can.
        abilities: { of: (...asked) => (following ? 'yes' : abilities.of(...asked)), learn },
        pieces,
      }),
      abilities: {
        // Whole images come in one read: the end of each range would wait for the hash of all.
        of: (...asked) => (following ? (job.manifest ? 'yes' : 'no') : abilities.of(...asked)),
        learn,
      },
      async begin(watch) {
        const taken = await take();
        if (taken.kind === 'theirs' || !taken.lookAgain || job.manifest) return 'fetch';
        return (await chunks.manifest(job.generation, watch)) ? 'there' : 'fetch';
      },
      follows: () => following,
      end() {
        if (lease?.kind === 'ours') lease.end();
      },
    };

    async function take(): Promise<Lease> {
      lease ??= await siblings.take(key);
      following = lease.kind === 'theirs';
      return lease;
    }

    /** From whoever has the data to give; when that one fails, the next attempt asks who it is. */
    async function send(
      ...[call, request]: Parameters<Origin['send']>
    ): ReturnType<Origin['send']> {
      const taken = await take();
      if (taken.kind === 'ours') return options.origin.send(call, request);
      const failed = (): void => {
        if (lease === taken) lease = null;
      };
      try {
        const answer = await taken.face.send(call, request);
        if (answer.status >= 500) failed();
        return { ...answer, body: watched(answer.body, failed) };
      } catch (thrown) {
        failed();
        throw thrown;
      }
    }

    function learn(...learned: Parameters<RangeAbilities['learn']>): void {
      if (!following) abilities.learn(...learned);
    }
  };
}

function watched(body: OriginBody, failed: () => void): OriginBody {
  return {
    async read() {
      try {
        return await body.read();
      } catch (thrown) {
        failed();
        throw thrown;
      }
    },
    cancel: () => body.cancel(),
  };
}
