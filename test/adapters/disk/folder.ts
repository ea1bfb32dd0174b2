// Folders of disk tiers under test: made, looked into, damaged, measured.
import { lstat, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'glance-edge-disk-'));
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Every file below, relative to the folder. */
export async function filesIn(path: string): Promise<readonly string[]> {
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

export async function entryFilesIn(path: string): Promise<readonly string[]> {
  return filesIn(join(path, 'entries'));
}

/** Bytes of disk blocks that the folder takes, folders included; it may be in use. */
export async function diskUse(path: string): Promise<number> {
  const below = await readdir(path, { recursive: true });
  const blocks = await Promise.all(
    ['', ...below].map(
      async (name) => (await lstat(join(path, name)).catch(() => null))?.blocks ?? 0,
    ),
  );
  return blocks.reduce((sum, count) => sum + count * 512, 0);
}

/** Flips one bit of a file. */
export async function flipBit(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, offset);
    byte.writeUInt8(byte.readUInt8(0) ^ 0x10);
    await file.write(byte, 0, 1, offset);
  } finally {
    await file.close();
  }
}
