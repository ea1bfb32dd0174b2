// Moves image data to its target while it is checked: the next batch is read while the last one is
// hashed and written.
import type { OriginBody } from '../../ports/origin.ts';
import { createBatches } from './batches.ts';
import type { DataChecks } from './data-checks.ts';
import type { DataTarget } from './sinks.ts';

/** How far a download is: told after every MiB or so. */
export interface DownloadProgress {
  readonly bytes: number;
  /** Null when nobody knows how many there will be. */
  readonly total: number | null;
}

interface Flow {
  readonly data: OriginBody;
  readonly checks: DataChecks;
  readonly onBytes: (bytes: number) => void;
  /** Whether buffers may be filled again once `write` has resolved. */
  readonly reuse: boolean;
}

/** Resolves when everything is written and right; otherwise what is there is taken back. */
export async function pump({ data, checks, onBytes, reuse }: Flow, to: DataTarget): Promise<void> {
  let pending: Promise<unknown> = Promise.resolve();
  try {
    const next = createBatches(() => data.read(), { reuse });
    for (let batch = await next(); batch !== null; batch = await next()) {
      await pending;
      pending = Promise.all([to.write(batch), checks.update(batch)]);
      pending.catch(() => {});
      onBytes(batch.byteLength);
    }
    await pending;
    await checks.finish();
  } catch (thrown) {
    data.cancel();
    checks.discard();
    await pending.catch(() => {});
    // What went wrong first is what counts.
    await to.failed(thrown).catch(() => {});
    throw thrown;
  }
  await to.done();
}

/**
 * The data as a stream that is read as it is pulled. The last batch is held back until all of it is
 * found right, so that a reader who saw the end has seen the image.
 */
export function checkedStream(
  { data, checks, onBytes }: Omit<Flow, 'reuse'>,
  onEnd: (thrown: unknown) => void,
): ReadableStream<Uint8Array> {
  const next = createBatches(() => data.read(), { reuse: false });
  const checked = async (): Promise<Uint8Array | null> => {
    const batch = await next();
    if (batch !== null) await checks.update(batch);
    return batch;
  };
  let held: Uint8Array | null = null;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          held ??= await checked();
          const ahead = held === null ? null : await checked();
          if (ahead === null) await checks.finish();
          if (held !== null) {
            onBytes(held.byteLength);
            controller.enqueue(held);
          }
          held = ahead;
          if (ahead !== null) return;
          controller.close();
          onEnd(null);
        } catch (thrown) {
          data.cancel();
          checks.discard();
          onEnd(thrown);
          throw thrown;
        }
      },
      cancel() {
        data.cancel();
        checks.discard();
        onEnd(null);
      },
    },
    { highWaterMark: 0 },
  );
}
