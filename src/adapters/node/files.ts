// Files on Node: what an image is downloaded into and uploaded from.
import { open, rm, stat } from 'node:fs/promises';
import type { Files } from '../../ports/files.ts';

/** Bytes that one read of a file asks for: fewer trips to the thread pool than Node's own 64 KiB. */
const READ_BYTES = 256 * 1024;

export const nodeFiles: Files = {
  async create(path) {
    const file = await open(path, 'w');
    const kind = await file.stat();
    const regular = kind.isFile();
    const onDisk = !kind.isFIFO() && !kind.isSocket() && !kind.isCharacterDevice();
    let closing: Promise<void> | null = null;
    return {
      async write(bytes) {
        for (let at = 0; at < bytes.byteLength; ) {
          const { bytesWritten } = await file.write(bytes, at);
          at += bytesWritten;
        }
      },
      truncate: async () => {
        if (regular) await file.truncate(0);
      },
      sync: async () => {
        if (onDisk) await file.sync();
      },
      close() {
        closing ??= file.close();
        return closing;
      },
    };
  },

  async size(path) {
    const kind = await stat(path);
    return kind.isFile() ? kind.size : null;
  },

  read(path) {
    const opened = open(path, 'r');
    // Whoever pulls first hears of a file that is not there; nobody may ever pull.
    opened.catch(() => {});
    const close = async (): Promise<void> => (await opened).close();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const file = await opened;
          const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES));
          if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
          await close();
          controller.close();
        },
        cancel: close,
      },
      { highWaterMark: 0 },
    );
  },

  async removeIfRegular(path) {
    const kind = await stat(path).catch(() => null);
    if (kind?.isFile()) await rm(path);
  },
};
