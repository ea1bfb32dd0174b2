// The disk tier's files with a ledger: how many bytes lay in the folder at its fullest.
import type { EntryFiles } from '../../../src/adapters/disk/entry-files.ts';

export interface FileLedger {
  readonly files: EntryFiles;
  /** Bytes of blocks that files took at most, temporary ones and ones being removed included. */
  peak(): number;
}

const BLOCK_BYTES = 4096;

/** Counts a file from before its first byte is written until after it is gone. */
export function withLedger(inner: EntryFiles): FileLedger {
  const entries = new Map<string, number>();
  const partials = new Map<string, number>();
  let now = 0;
  let peak = 0;
  const add = (bytes: number) => {
    now += bytes;
    peak = Math.max(peak, now);
  };
  const leave = (book: Map<string, number>, name: string) => {
    now -= book.get(name) ?? 0;
    book.delete(name);
  };
  return {
    peak: () => peak,
    files: {
      ...inner,
      async writePartial(parts) {
        const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
        const blocks = Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
        add(blocks);
        try {
          const partial = await inner.writePartial(parts);
          partials.set(partial, blocks);
          return partial;
        } catch (cause) {
          now -= blocks;
          throw cause;
        }
      },
      async publish(partial, name) {
        await inner.publish(partial, name);
        leave(entries, name);
        entries.set(name, partials.get(partial) ?? 0);
        partials.delete(partial);
      },
      async discard(partial) {
        await inner.discard(partial);
        leave(partials, partial);
      },
      async unlink(name) {
        await inner.unlink(name);
        leave(entries, name);
      },
    },
  };
}
