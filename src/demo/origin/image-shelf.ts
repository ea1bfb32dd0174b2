// Where the embedded Glance keeps its images: a JSON file per record and a file per image data,
// both replaced by rename, so that a restart finds each whole or not at all.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRecord } from './image-record.ts';

export interface ImageShelf {
  /** The images that exist, oldest first. */
  all(): readonly ImageRecord[];
  /** Null when there is none of that id, or no longer. */
  find(id: string): ImageRecord | null;
  /** Whether the id was ever given out; a deleted one stays taken. */
  taken(id: string): boolean;
  /** Takes the record over at once and resolves when it is on disk. */
  save(record: ImageRecord): Promise<void>;
  /** Marks it deleted and removes its data. */
  remove(record: ImageRecord): Promise<void>;
  /** The file of an image's data; absent until `keepData`. */
  dataPath(id: string): string;
  /** Where an upload is written. */
  partPath(id: string): string;
  /** Makes the finished upload the image's data. */
  keepData(id: string): Promise<void>;
  /** Drops an upload that did not finish. */
  dropPart(id: string): Promise<void>;
}

/** Opens the shelf in that folder, made when it is not there; reads what an earlier run left. */
export function openImageShelf(folder: string): ImageShelf {
  const records = loadRecords(folder);
  const path = (id: string, kind: string): string => join(folder, `${id}.${kind}`);
  // One write after another: two renames of the same file may otherwise land in either order.
  let writes: Promise<void> = Promise.resolve();

  const save = (record: ImageRecord): Promise<void> => {
    records.set(record.id, record);
    const written = writes.then(() => replaceFile(path(record.id, 'json'), JSON.stringify(record)));
    writes = written.catch(() => undefined);
    return written;
  };
  const find = (id: string): ImageRecord | null => {
    const record = records.get(id);
    return record === undefined || record.deleted ? null : record;
  };
  return {
    all: () => [...records.values()].filter(({ deleted }) => !deleted),
    find,
    taken: (id) => records.has(id),
    save,
    remove: async (record) => {
      await save({ ...record, deleted: true });
      await rm(path(record.id, 'data'), { force: true });
    },
    dataPath: (id) => path(id, 'data'),
    partPath: (id) => path(id, 'part'),
    keepData: (id) => rename(path(id, 'part'), path(id, 'data')),
    dropPart: (id) => rm(path(id, 'part'), { force: true }),
  };
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

function loadRecords(folder: string): Map<string, ImageRecord> {
  mkdirSync(folder, { recursive: true });
  const records: ImageRecord[] = [];
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.part') || name.endsWith('.new')) rmSync(join(folder, name));
    if (!name.endsWith('.json')) continue;
    const record: ImageRecord = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    // An upload does not outlive the process that took it.
    records.push(record.status === 'saving' ? { ...record, status: 'queued' } : record);
  }
  records.sort((a, b) => a.createdAt - b.createdAt);
  return new Map(records.map((record) => [record.id, record]));
}
