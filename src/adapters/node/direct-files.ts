// Mounted file systems on Node.
import { constants, copyFile, open, realpath, rm, stat } from 'node:fs/promises';
import type { DirectFiles } from '../../ports/direct-url.ts';

export const nodeDirectFiles: DirectFiles = {
  async realFile(path) {
    const real = await realpath(path);
    if (!(await stat(real)).isFile()) throw new Error('It is not a regular file.');
    return real;
  },

  async realFolder(path) {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) throw new Error('It is not a folder.');
    return real;
  },

  async copy(from, to) {
    if (await isSameFile(from, to)) throw new Error('The source and the target are one file.');
    // copyFile shares the blocks where the file system can, but gives its target the mode of the
    // source: a store's files are often read-only.
    const target = await open(to, 'w');
    try {
      const { mode } = await target.stat();
      await copyFile(from, to, constants.COPYFILE_FICLONE);
      await target.chmod(mode & 0o7777);
    } finally {
      await target.close();
    }
  },

  async remove(path) {
    await rm(path, { force: true });
  },
};

/** Opening the target would empty the source then. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other).catch(() => null)]);
  return b !== null && a.dev === b.dev && a.ino === b.ino;
}
