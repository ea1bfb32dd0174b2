// The disk tier's file operations, and nothing else: every call is asynchronous and touches only
// the tier's own two folders, so that a mistaken path can't cost anybody their files.
import { close, open as openByCallback, readv } from 'node:fs';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  unlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderOf } from './entry-name.ts';

export interface EntryFiles {
  /**
   * Fills `parts`, one after the other, with what the entry's file holds from `position` on. The number
   * of bytes that were there for them, or null when there is no file.
   */
  read(name: string, position: number, parts: readonly Uint8Array[]): Promise<number | null>;
  /** Bytes of the entry's file; null when there is none. */
  lengthOf(name: string): Promise<number | null>;
  /** Writes a partial file and tells its name; on failure none is left behind. */
  writePartial(parts: readonly Uint8Array[]): Promise<string>;
  /** Makes a partial file, of whichever process, the entry's file, in one step. */
  publish(partial: string, name: string): Promise<void>;
  discard(partial: string): Promise<void>;
  /** Removes the partial files of one process, or with null those of all. */
  discardPartials(writer: string | null): Promise<void>;
  /** Removes the entry's file; absent is fine. */
  unlink(name: string): Promise<void>;
  /** Notes a use at that time (seconds since the epoch), for the order of eviction after a restart. */
  touch(name: string, usedAt: number): Promise<void>;
  /** The names of what lies in a fan-out folder. */
  list(folder: string): Promise<readonly string[]>;
  /** What lies there under such a name; null when it has gone. */
  inspect(folder: string, fileName: string): Promise<FoundFile | null>;
  /** Removes something from a fan-out folder that is no entry. */
  removeStray(folder: string, fileName: string): Promise<void>;
  /** Removes a fan-out folder unless something lies in it; absent is fine. */
  removeEmpty(folder: string): Promise<void>;
}

export interface FoundFile {
  readonly fileName: string;
  readonly isFile: boolean;
  /** In bytes. */
  readonly length: number;
  /** Seconds since the epoch, as last noted. */
  readonly usedAt: number;
}

/**
 * Makes the folders under `path`.
 *
 * Nothing is flushed to the disk: after a power cut a file may be torn, which its checksums tell.
 *
 * @param writer what this process names its partial files by: letters, digits and `-`, different for
 *   each living process that uses the folder, such as the process id
 */
export async function openEntryFiles(path: string, writer: string): Promise<EntryFiles> {
  const entries = join(path, 'entries');
  const partials = join(path, 'partial');
  await mkdir(entries, { recursive: true });
  await mkdir(partials, { recursive: true });
  let written = 0;
  const pathOf = (name: string) => join(entries, folderOf(name), name);

  return {
    async read(name, position, parts) {
      const descriptor = await openDescriptor(pathOf(name), 'r').catch(nullWhenAbsent);
      if (descriptor === null) return null;
      try {
        return await readAll(descriptor, position, parts);
      } finally {
        // Nobody waits for that: whatever comes of it, the bytes are here.
        close(descriptor, () => {});
      }
    },
    async lengthOf(name) {
      return (await lstat(pathOf(name)).catch(nullWhenAbsent))?.size ?? null;
    },
    async writePartial(parts) {
      written += 1;
      const partial = `${writer}.${written}`;
      const target = join(partials, partial);
      try {
        const file = await open(target, 'wx', 0o600);
        try {
          await writeAll(file, parts);
        } finally {
          await file.close();
        }
        return partial;
      } catch (cause) {
        await rm(target, { force: true });
        throw cause;
      }
    },
    async publish(partial, name) {
      const from = join(partials, partial);
      try {
        await rename(from, pathOf(name));
      } catch (cause) {
        if (codeOf(cause) !== 'ENOENT') throw cause;
        await mkdir(join(entries, folderOf(name)), { recursive: true });
        await rename(from, pathOf(name));
      }
    },
    discard: (partial) => rm(join(partials, partial), { force: true }),
    async discardPartials(ofWriter) {
      const left = await readdir(partials);
      const theirs = left.filter((it) => ofWriter === null || it.startsWith(`${ofWriter}.`));
      const remove = (it: string) => rm(join(partials, it), { recursive: true, force: true });
      await Promise.all(theirs.map(remove));
    },
    async unlink(name) {
      await unlink(pathOf(name)).catch(nullWhenAbsent);
    },
    async touch(name, usedAt) {
      await utimes(pathOf(name), usedAt, usedAt).catch(nullWhenAbsent);
    },
    async list(folder) {
      return (await readdir(join(entries, folder)).catch(nullWhenAbsent)) ?? [];
    },
    async inspect(folder, fileName) {
      const found = await lstat(join(entries, folder, fileName)).catch(nullWhenAbsent);
      if (found === null) return null;
      const usedAt = Math.max(0, Math.floor(found.mtimeMs / 1000));
      return { fileName, isFile: found.isFile(), length: found.size, usedAt };
    },
    removeStray: (folder, fileName) =>
      rm(join(entries, folder, fileName), { recursive: true, force: true }),
    async removeEmpty(folder) {
      await rmdir(join(entries, folder)).catch((thrown: unknown) => {
        if (codeOf(thrown) !== 'ENOTEMPTY') return nullWhenAbsent(thrown);
      });
    },
  };
}

/** By descriptor: with a FileHandle, and waiting for its end, warm downloads were a tenth slower. */
const openDescriptor = promisify(openByCallback);
const readvInto = promisify(readv);

/** The system takes 1,024 parts at a time; asking again goes on after them, and tells where a file ends. */
async function readAll(
  descriptor: number,
  position: number,
  parts: readonly Uint8Array[],
): Promise<number> {
  let read = 0;
  for (let left = parts; left.length > 0; ) {
    const { bytesRead } = await readvInto(descriptor, left, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
    left = after(left, bytesRead);
  }
  return read;
}

/** A nearly full disk takes a part and says so; asking again for the rest brings out the error. */
async function writeAll(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  for (let left = parts; left.length > 0; ) {
    const { bytesWritten } = await file.writev(left);
    if (bytesWritten === 0) throw new Error('The disk took no bytes.');
    left = after(left, bytesWritten);
  }
}

/** What is left of `parts` after their first `done` bytes. */
function after(parts: readonly Uint8Array[], done: number): readonly Uint8Array[] {
  let over = done;
  return parts.flatMap((part) => {
    const here = Math.min(over, part.byteLength);
    over -= here;
    return here === part.byteLength ? [] : [part.subarray(here)];
  });
}

/** The `code` of a system error, or null for anything else. */
export function codeOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : null;
}

function nullWhenAbsent(thrown: unknown): null {
  if (codeOf(thrown) === 'ENOENT') return null;
  throw thrown;
}
