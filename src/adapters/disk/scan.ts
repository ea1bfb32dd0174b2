// Start-up of the disk tier: makes the index true to what lies in the folder, and removes what can't
// be an entry. Only what the index does not know of is looked at file by file: of a million entries
// that would take ten seconds.
import type { EntryFiles, FoundFile } from './entry-files.ts';
import { type EntryIndex, LONGEST_ENTRY_BYTES } from './entry-index.ts';
import { allFolders, folderOf, isEntryName } from './entry-name.ts';
import { LEAST_FILE_BYTES } from './segments.ts';

/** As many as Node has threads for files: one is listed while another is gone through. */
const FOLDERS_AT_ONCE = 4;

/** Some 16 thousand files in all: half a second, one by one. */
const LARGE_FOLDER_FILES = 64;

/** Enough to keep those threads busy, few enough to leave little garbage. */
const FILES_AT_ONCE = 64;

/**
 * Leaves what the index knows of entries whose files are there as it is, takes in the others in
 * their place in the order of use, and forgets entries without a file.
 */
export async function scanEntries(files: EntryFiles, index: EntryIndex): Promise<void> {
  const folders = allFolders().values();
  let taken = 0;
  const goThrough = async () => {
    for (const folder of folders) {
      const more = await scanFolder(files, index, folder);
      taken += more;
    }
  };
  await Promise.all(Array.from({ length: FOLDERS_AT_ONCE }, goThrough));
  if (taken > 0) index.sortByUse();
}

/** Whether a survey is worth its threads: judged by one folder, since names are spread evenly. */
export async function isLarge(files: EntryFiles): Promise<boolean> {
  const listed = await files.list(allFolders()[0] ?? '');
  return listed.length >= LARGE_FOLDER_FILES;
}

/** How many entries were taken in. */
async function scanFolder(files: EntryFiles, index: EntryIndex, folder: string): Promise<number> {
  const listed = await files.list(folder);
  const unknown = index.keepOnly(folder, listed);
  let taken = 0;
  for (let at = 0; at < unknown.length; at += FILES_AT_ONCE) {
    const some = unknown.slice(at, at + FILES_AT_ONCE);
    for (const file of await Promise.all(some.map((name) => files.inspect(folder, name)))) {
      if (file === null) continue;
      if (isEntry(folder, file)) {
        index.put(file.fileName, file);
        taken += 1;
      } else await files.removeStray(folder, file.fileName);
    }
  }
  // One that an earlier run left empty takes a block that the books would not know of.
  if (index.countIn(folder) === 0) await files.removeEmpty(folder);
  return taken;
}

/** Whether a file of so many bytes may be an entry. */
export function isEntryLength(length: number): boolean {
  return length >= LEAST_FILE_BYTES && length <= LONGEST_ENTRY_BYTES;
}

function isEntry(folder: string, file: FoundFile): boolean {
  return (
    file.isFile &&
    isEntryLength(file.length) &&
    isEntryName(file.fileName) &&
    folderOf(file.fileName) === folder
  );
}
