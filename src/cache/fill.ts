// A fill: one read of an image's data from its origin, shared by everybody who waits for it. It
// belongs to no request: readers come and go, and it goes on while it is worth it.
import type { Caller } from '../core/caller.ts';
import { asFailure, GatewayFailure } from '../core/failure.ts';
import type { Call } from '../ports/call.ts';
import { createFillBoard } from './fill-board.ts';
import type { FillContext, FillJob, FillOptions } from './fill-context.ts';
import { runLanes } from './fill-lanes.ts';
import { createFillReaders, type FillReader } from './fill-readers.ts';
import { createSettling } from './fill-settling.ts';
import type { FillEnd, FillState, FillWatch } from './fill-watch.ts';
import type { DataSource } from './origin-run.ts';
import { hashWhole } from './whole-hash.ts';

export interface Fill {
  /** True when nobody may join any more: what comes next waits for `over`. */
  ending(): boolean;
  /** @param end the chunk up to which, not including it, the reader will read */
  join(caller: Caller, call: Call, end: number): FillReader;
  state(): FillState;
  /** True while its data comes from another process. */
  follows(): boolean;
  /** Settles, never rejects, when nothing of the fill runs any more. */
  readonly over: Promise<FillEnd>;
}

/** A fill that has this share of its chunks goes on without readers: most of the work is done. */
const WORTH_FINISHING = 0.25;

export function startFill(options: FillOptions, job: FillJob, watch: FillWatch): Fill {
  const { generation, layout, manifest } = job;
  const board = createFillBoard(layout, options.clock);
  const controller = new AbortController();
  const told = { originBytes: 0, originAttempts: 0 };
  const settlings = new Set<Promise<void>>();
  let closing = false;
  let committing = false;
  let failure: GatewayFailure | null = null;

  const sequential = (): boolean => options.abilities.of(generation.region, job.stores) === 'no';
  const readers = createFillReaders({
    blocks: options.blocks,
    board,
    reads: options.reads,
    clock: options.clock,
    manifest,
    passed: (index) => settling.release(index),
    // Read from the front, a chunk comes by only once: its readers come back when the fill is over.
    lost: (index) => {
      if (manifest || !sequential()) board.lost(index);
    },
    left: abandonUnlessWorthIt,
  });
  const context: FillContext = {
    job,
    options,
    board,
    readers,
    watch,
    sequential,
    farAhead: (index) => !manifest && !sequential() && index >= board.hashed + options.window(),
    closing: () => closing,
  };
  const settling = createSettling(context);

  return {
    ending: () => closing || committing,
    join(caller, call, end) {
      return readers.join(caller, call, end, watch.joined(call));
    },
    state: () => ({ filledBytes: board.filledBytes(), readers: readers.size }),
    follows: () => options.follows(),
    over: run(),
  };

  async function run(): Promise<FillEnd> {
    // The one who started it joins first: the fill runs on its credentials.
    await Promise.resolve();
    const end = await work().catch((thrown: unknown): FillEnd => {
      close(asFailure(thrown));
      return failure && failure.code !== 'client-gone'
        ? { kind: 'failed', failure }
        : { kind: 'abandoned' };
    });
    close();
    await Promise.allSettled(settlings);
    // Without a manifest nobody can reach them, but what proved wrong shall not lie about either.
    if (!manifest && failure?.code === 'data-mismatch') {
      await options.chunks.forget(fetchedDigests());
    }
    options.end();
    watch.ended(end, told);
    return end;
  }

  async function work(): Promise<FillEnd> {
    if ((await options.begin(watch.watch)) === 'there') return { kind: 'found' };
    const stop = (thrown: unknown): void => close(asFailure(thrown));
    const lanes = runLanes(context, dataSource(), stop, (index, chunk) => {
      const settled = settling.settle(index, chunk).catch(stop);
      settlings.add(settled);
      void settled.finally(() => settlings.delete(settled));
    });
    if (manifest) {
      await lanes;
      if (failure) throw failure;
      return { kind: 'repaired' };
    }
    const hash = hashWhole(context, (index) => {
      settling.release(index);
      board.stir();
    }).catch(stop);
    await lanes;
    const fetchedAt = options.clock.now();
    await hash;
    if (failure) throw failure;
    watch.verified(options.clock.now() - fetchedAt);
    committing = true;
    readers.verified();
    await Promise.all(settlings);
    if (failure) throw failure;
    const { size, chunkSize } = layout;
    await options.chunks.commit(generation, { size, chunkSize, digests: [...fetchedDigests()] });
    return { kind: 'committed' };
  }

  /** From here on nobody can join; with a failure, whoever waits is told of the first one. */
  function close(reason?: GatewayFailure): void {
    if (closing) return;
    closing = true;
    failure = reason ?? null;
    if (failure) board.fail(failure);
    controller.abort();
    readers.close(failure);
  }

  function abandonUnlessWorthIt(): void {
    if (readers.size > 0) return;
    if (manifest) close();
    else if (board.hashed / board.count < WORTH_FINISHING) {
      close(new GatewayFailure('client-gone', 'Nobody waits for this data any more.'));
    }
  }

  function* fetchedDigests(): Iterable<string> {
    for (let index = 0; index < board.count; index += 1) {
      const digest = board.digest(index);
      if (digest !== undefined) yield digest;
    }
  }

  function dataSource(): DataSource {
    return {
      region: generation.region,
      imageId: generation.imageId,
      size: layout.size,
      stores: job.stores,
      call: { signal: controller.signal, trace: watch.trace, watch: watch.watch },
      credentials: () => readers.credentials(),
      refused: (credentials) => readers.refused(credentials),
      attempted(answer) {
        told.originAttempts += answer.attempts;
      },
      received(bytes) {
        if (!options.follows()) told.originBytes += bytes;
      },
      resumed: (position, code) => watch.resumed(position, code),
    };
  }
}
