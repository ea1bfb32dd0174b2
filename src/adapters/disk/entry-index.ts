// The disk tier's index: which entries there are, how long, last used when, in order of use. Some 45
// bytes an entry; finding, adding and removing cost the same at a thousand and at a million.
import { allFolders } from './entry-name.ts';
import { createEntrySlots, LENGTH, NO_SLOT, USED_AT } from './entry-slots.ts';
import { createNameTable, type NameTable } from './name-table.ts';
import { NAME_WORDS, type NameWords, nameOf, readName, wordsOf } from './name-words.ts';
import { createUseOrder } from './use-order.ts';

export interface IndexedEntry {
  /** Bytes of the file, header included. */
  readonly length: number;
  /** Seconds since the epoch. */
  readonly usedAt: number;
}

/** The most that the index can tell of an entry's length. */
export const LONGEST_ENTRY_BYTES: number = 2 ** 32 - 1;

export interface EntryIndex {
  size(): number;
  get(name: string): IndexedEntry | null;
  /** Adds the entry or replaces what was known of it; it is now the most recently used one. */
  put(name: string, entry: IndexedEntry): void;
  /** Makes it the most recently used one; nothing when there is none. */
  use(name: string, usedAt: number): void;
  /** Whether there was one. */
  remove(name: string): boolean;
  /** The least recently used one. */
  oldest(): string | null;
  /** Least recently used first. Removing the one that was just given is fine. */
  names(): Iterable<string>;
  /** In the same order. */
  lengths(): Iterable<number>;
  /**
   * Removes the folder's entries that are not among these names: any strings, no two the same. Answers
   * those that are no entries of the folder.
   */
  keepOnly(folder: string, names: readonly string[]): readonly string[];
  countIn(folder: string): number;
  /** Folders with entries. */
  folders(): readonly string[];
  /** Makes the times of use decide the order, and where they are equal the order as it was. */
  sortByUse(): void;
  /**
   * The entries as records of six words (name, length, time of use), least recently used first, in
   * steps between which the index may change: those that were added, replaced or used meanwhile are
   * then given once, twice or not at all. No more records than there were entries at first.
   *
   * @param step how many records at a time
   */
  records(step: number): Iterable<Uint32Array>;
  /** Takes in such records, each as the most recently used one. */
  takeIn(records: Uint32Array): void;
}

export const RECORD_WORDS = 6;

export function createEntryIndex(): EntryIndex {
  const slots = createEntrySlots();
  const order = createUseOrder(slots);
  const tables = new Map(allFolders().map((folder) => [folder, createNameTable(slots)]));
  const tablesByNumber = [...tables.values()];
  const readers = new Set<{ next: number }>();
  const sought = new Uint32Array(NAME_WORDS);
  let size = 0;

  return {
    size: () => size,
    get(name) {
      const slot = find(wordsOf(name));
      if (slot === NO_SLOT) return null;
      return { length: slots.get(slot, LENGTH), usedAt: slots.get(slot, USED_AT) };
    },
    put: (name, { length, usedAt }) => put(wordsOf(name), length, usedAt),
    use(name, usedAt) {
      const slot = find(wordsOf(name));
      if (slot === NO_SLOT) return;
      slots.set(slot, USED_AT, usedAt);
      detach(slot);
      order.append(slot);
    },
    remove(name) {
      const slot = find(wordsOf(name));
      if (slot !== NO_SLOT) forget(slot);
      return slot !== NO_SLOT;
    },
    oldest: () => (size === 0 ? null : nameAt(order.oldest())),
    *names() {
      for (const slot of walk()) yield nameAt(slot);
    },
    *lengths() {
      for (const slot of walk()) yield slots.get(slot, LENGTH);
    },
    keepOnly(folder, names) {
      const table = tables.get(folder);
      const kept: number[] = [];
      const unknown: string[] = [];
      for (const name of names) {
        const slot = readName(name, sought) ? table?.find(sought) : NO_SLOT;
        if (slot) kept.push(slot);
        else unknown.push(name);
      }
      if (table !== undefined && kept.length < table.size()) {
        const staying = new Set(kept);
        for (const slot of table.slots()) if (!staying.has(slot)) forget(slot);
      }
      return unknown;
    },
    countIn: (folder) => tables.get(folder)?.size() ?? 0,
    folders: () => [...tables].flatMap(([folder, table]) => (table.size() > 0 ? [folder] : [])),
    sortByUse: () => order.sortByTime(size),
    *records(step) {
      const records = new Uint32Array(step * RECORD_WORDS);
      let filled = 0;
      for (const slot of walk()) {
        for (let word = 0; word < RECORD_WORDS; word += 1) {
          records[filled + word] = slots.get(slot, word);
        }
        filled += RECORD_WORDS;
        if (filled < records.length) continue;
        yield records;
        filled = 0;
      }
      if (filled > 0) yield records.subarray(0, filled);
    },
    takeIn(records) {
      for (let at = 0; at < records.length; at += RECORD_WORDS) {
        for (let word = 0; word < NAME_WORDS; word += 1) sought[word] = records[at + word] ?? 0;
        put(sought, records[at + LENGTH] ?? 0, records[at + USED_AT] ?? 0);
      }
    },
  };

  function nameAt(slot: number): string {
    const words = new Uint32Array(NAME_WORDS);
    for (let word = 0; word < NAME_WORDS; word += 1) words[word] = slots.get(slot, word);
    return nameOf(words);
  }

  function find(name: NameWords): number {
    return tableFor(name[0] ?? 0).find(name);
  }

  function put(name: NameWords, length: number, usedAt: number): void {
    const found = find(name);
    const slot = found === NO_SLOT ? add(name) : found;
    slots.set(slot, LENGTH, length);
    slots.set(slot, USED_AT, usedAt);
    if (slot === found) detach(slot);
    order.append(slot);
  }

  function add(name: NameWords): number {
    const slot = slots.take();
    for (let word = 0; word < NAME_WORDS; word += 1) slots.set(slot, word, name[word] ?? 0);
    tableFor(name[0] ?? 0).add(slot);
    size += 1;
    return slot;
  }

  function forget(slot: number): void {
    detach(slot);
    tableFor(slots.get(slot, 0)).remove(slot);
    slots.giveBack(slot);
    size -= 1;
  }

  function detach(slot: number): void {
    for (const reader of readers) if (reader.next === slot) reader.next = order.newerThan(slot);
    order.detach(slot);
  }

  /** Oldest first, and as many as there are now: entries may move to the end as fast as it goes. */
  function* walk(): Generator<number> {
    const reader = { next: order.oldest() };
    readers.add(reader);
    try {
      for (let left = size; reader.next !== NO_SLOT && left > 0; left -= 1) {
        const slot = reader.next;
        reader.next = order.newerThan(slot);
        yield slot;
      }
    } finally {
      readers.delete(reader);
    }
  }

  /** By the first word of a name. */
  function tableFor(word: number): NameTable {
    const table = tablesByNumber[word >>> 24];
    if (table === undefined) throw new Error('There are 256 folders.');
    return table;
  }
}
