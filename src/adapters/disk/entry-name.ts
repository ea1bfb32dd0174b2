// How entries are named on disk: by their key's digest, in 256 folders, so that no folder grows so
// large that a file system is slow in it.

/** 128 bits of a key's digest name its file; the frame holds all 256, and those decide. */
export function entryName(digest: Buffer): string {
  return digest.toString('hex', 0, 16);
}

const ENTRY_NAME = /^[0-9a-f]{32}$/;

export function isEntryName(fileName: string): boolean {
  return ENTRY_NAME.test(fileName);
}

/** The folder of an entry: the first two digits of its name. */
export function folderOf(name: string): string {
  return name.slice(0, 2);
}

/** All folders that entries may lie in. */
export function allFolders(): readonly string[] {
  return Array.from({ length: 256 }, (_, number) => number.toString(16).padStart(2, '0'));
}
