// The bytes of an image on disk: written while they are hashed, read slice by slice.
import { createHash } from 'node:crypto';
import { type FileHandle, open, writeFile } from 'node:fs/promises';

export interface WrittenData {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
}

/** Writes the body to a new file at `path`; rejects when the body breaks off. */
export async function writeHashed(
  path: string,
  body: ReadableStream<Uint8Array> | null,
): Promise<WrittenData> {
  const md5 = createHash('md5');
  const sha512 = createHash('sha512');
  let size = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of body ?? []) {
      size += piece.length;
      md5.update(piece);
      sha512.update(piece);
      yield piece;
    }
  }
  await writeFile(path, hashed());
  return { size, md5: md5.digest('hex'), sha512: sha512.digest('hex') };
}

/** Large enough to keep a disk busy, small enough that a slow client costs little memory. */
const READ_BYTES = 256 * 1024;

/** The bytes from `start` up to `end` of the file, read as they are pulled. */
export function fileSlice(path: string, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start;
  // Opened by the first pull: a stream that nobody reads holds no file.
  let file: FileHandle | null = null;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at < end) {
          file ??= await open(path, 'r');
          const room = new Uint8Array(Math.min(READ_BYTES, end - at));
          const { bytesRead } = await file.read(room, 0, room.length, at);
          if (bytesRead === 0) throw new Error(`${path} ends at byte ${at}, before byte ${end}`);
          at += bytesRead;
          controller.enqueue(room.subarray(0, bytesRead));
        }
        if (at === end) {
          await file?.close();
          controller.close();
        }
      },
      cancel: () => file?.close(),
    },
    { highWaterMark: 0 },
  );
}
