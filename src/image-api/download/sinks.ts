// Where downloaded data goes: what the caller hands in, or a file that is made here.
import type { Files } from '../../ports/files.ts';
import { SignatureVerificationError } from '../errors.ts';

/**
 * Takes data in order: a web `WritableStream`, Node's `Writable` or `FileHandle`, or anything that
 * can `write`. It is written to and neither closed nor synced.
 */
export type ImageSink = WritableStream<Uint8Array> | WritingSink;

/** What `write` returns is waited for; `truncate`, where there is one, empties it. */
export interface WritingSink {
  write(bytes: Uint8Array): unknown;
  truncate?(length: number): unknown;
  once?(event: string, listener: (cause?: unknown) => void): unknown;
  off?(event: string, listener: (cause?: unknown) => void): unknown;
}

export interface DataTarget {
  write(bytes: Uint8Array): Promise<void>;
  /** All of it is here and right. */
  done(): Promise<void>;
  /** What was written is worth nothing. */
  failed(cause: unknown): Promise<void>;
}

/** The file at `path`: on the disk when it is done, gone when it failed (unless it is a pipe or device). */
export async function fileTarget(files: Files, path: string): Promise<DataTarget> {
  const file = await files.create(path);
  return {
    write: (bytes) => file.write(bytes),
    async done() {
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async failed(cause) {
      // First of all, so that whoever has it open sees nothing that is not signed.
      if (cause instanceof SignatureVerificationError) await file.truncate();
      await file.close();
      await files.removeIfRegular(path);
    },
  };
}

/** What the caller handed in. */
export function sinkTarget(sink: ImageSink): DataTarget {
  if (sink instanceof WritableStream) {
    const writer = sink.getWriter();
    const release = async (): Promise<void> => writer.releaseLock();
    return { write: (bytes) => writer.write(bytes), done: release, failed: release };
  }
  return {
    write: (bytes) => writeWhole(sink, bytes),
    done: async () => {},
    async failed(cause) {
      if (cause instanceof SignatureVerificationError) await sink.truncate?.(0);
    },
  };
}

/** Waits for what each kind of sink says: a promise, a short write, a full buffer. */
async function writeWhole(sink: WritingSink, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) {
    const answer: unknown = sink.write(at === 0 ? bytes : bytes.subarray(at));
    const result: unknown = answer instanceof Promise ? await answer : answer;
    if (result === false) await drained(sink);
    const written: unknown = Object(result).bytesWritten;
    at += typeof written === 'number' && written > 0 ? written : bytes.byteLength;
  }
}

function drained(sink: WritingSink): Promise<void> {
  const events = ['drain', 'error', 'close'];
  return new Promise((resolve, reject) => {
    const settle = (cause?: unknown): void => {
      for (const event of events) sink.off?.(event, settle);
      if (cause === undefined) resolve();
      else reject(cause);
    };
    if (sink.once === undefined) return resolve();
    for (const event of events) sink.once(event, settle);
  });
}
