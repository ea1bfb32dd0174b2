// Where the data of an upload comes from, in every form that callers have it.
import type { Files } from '../ports/files.ts';
import { Invalid } from './errors.ts';
import type { RequestBody } from './glance/session.ts';

/** A file is named by its path; Node's `Readable` is an async iterable. */
export type ImageSource =
  | Uint8Array
  | Blob
  | { readonly path: string }
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** Bytes, blobs and files can be sent again from their start; streams and iterables go out once. */
export async function openSource(source: ImageSource, files: Files): Promise<RequestBody> {
  if (source instanceof Uint8Array) {
    return { size: source.byteLength, rewindable: true, open: () => slices(source) };
  }
  if (source instanceof Blob) {
    return { size: source.size, rewindable: true, open: () => source.stream() };
  }
  if (source instanceof ReadableStream) {
    return { size: null, rewindable: false, open: () => source };
  }
  if (Symbol.asyncIterator in source) {
    const stream = ReadableStream.from(bytesOf(source));
    return { size: null, rewindable: false, open: () => stream };
  }
  const { path } = source;
  const size = await files.size(path);
  return { size, rewindable: size !== null, open: () => files.read(path) };
}

/** What a socket takes at a time, more or less. */
const SLICE_BYTES = 256 * 1024;

function slices(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.byteLength) return controller.close();
      controller.enqueue(bytes.subarray(at, at + SLICE_BYTES));
      at += SLICE_BYTES;
    },
  });
}

async function* bytesOf(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    if (!(piece instanceof Uint8Array)) throw new Invalid('The data is not made of bytes.');
    yield piece;
  }
}
