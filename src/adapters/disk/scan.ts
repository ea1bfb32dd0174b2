// Start-up of the disk tier: takes in what lies in the folder, least recently used first, and
// removes what can't be an entry.
import { FRAME_HEADER_BYTES } from '../frame.ts';
import type { EntryFiles, ListedFile } from './entry-files.ts';
import { allFolders, folderOf, isEntryName } from './entry-name.ts';
import type { Space } from './space.ts';

/** Rebuilds the books; when it resolves, the folder is within its limit. */
export async function scanEntries(files: EntryFiles, space: Space): Promise<void> {
  const found: ListedFile[] = [];
  for (const folder of allFolders()) {
    for (const file of await files.list(folder)) {
      if (isEntry(folder, file)) found.push(file);
      else await files.removeStray(folder, file.fileName);
    }
    // One that an earlier run left empty takes a block that the books would not know of.
    await files.removeEmpty(folder);
  }
  found.sort((a, b) => a.usedAt - b.usedAt);
  for (const { fileName, length, usedAt } of found) {
    space.adopt(fileName, length, Math.floor(usedAt / 60_000));
  }
  await space.trim();
}

function isEntry(folder: string, file: ListedFile): boolean {
  return (
    file.isFile &&
    file.length >= FRAME_HEADER_BYTES &&
    isEntryName(file.fileName) &&
    folderOf(file.fileName) === folder
  );
}
