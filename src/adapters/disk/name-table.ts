// Finds the slots of one folder's entries by name: a hash table with open addressing. Names are
// digests, so their own bits are hash enough.
import { type EntrySlots, NO_SLOT } from './entry-slots.ts';
import type { NameWords } from './name-words.ts';

/** The first word chooses the folder, so entries of one folder are told apart by the second. */
const HASH_WORD = 1;

export interface NameTable {
  size(): number;
  /** The slot with that name, or NO_SLOT. */
  find(name: NameWords): number;
  /** Adds a slot whose name is not in the table. */
  add(slot: number): void;
  /** Takes out a slot that is in the table. */
  remove(slot: number): void;
  slots(): readonly number[];
}

export function createNameTable(entries: EntrySlots): NameTable {
  let places = new Uint32Array(8);
  let size = 0;

  return {
    size: () => size,
    find(name) {
      let place = homeOf(name[HASH_WORD] ?? 0);
      while (places[place] !== NO_SLOT && !isNamed(places[place] ?? NO_SLOT, name)) {
        place = after(place);
      }
      return places[place] ?? NO_SLOT;
    },
    add(slot) {
      if (size >= places.length * 0.75) grow();
      size += 1;
      insert(slot);
    },
    remove(slot) {
      let place = homeOf(entries.get(slot, HASH_WORD));
      while (places[place] !== slot) place = after(place);
      size -= 1;
      vacate(place);
    },
    slots: () => [...places].filter((slot) => slot !== NO_SLOT),
  };

  function insert(slot: number): void {
    let place = homeOf(entries.get(slot, HASH_WORD));
    while (places[place] !== NO_SLOT) place = after(place);
    places[place] = slot;
  }

  /** Moves up those behind it that would not be found across a gap. */
  function vacate(freed: number): void {
    let gap = freed;
    for (let place = after(gap); places[place] !== NO_SLOT; place = after(place)) {
      const slot = places[place] ?? NO_SLOT;
      const fromHome = distance(homeOf(entries.get(slot, HASH_WORD)), place);
      if (fromHome < distance(gap, place)) continue;
      places[gap] = slot;
      gap = place;
    }
    places[gap] = NO_SLOT;
  }

  function grow(): void {
    const before = places;
    places = new Uint32Array(before.length * 2);
    for (const slot of before) if (slot !== NO_SLOT) insert(slot);
  }

  function isNamed(slot: number, name: NameWords): boolean {
    for (let word = 0; word < name.length; word += 1) {
      if (entries.get(slot, word) !== name[word]) return false;
    }
    return true;
  }

  function homeOf(hash: number): number {
    return hash & (places.length - 1);
  }

  function after(place: number): number {
    return (place + 1) & (places.length - 1);
  }

  function distance(from: number, to: number): number {
    return (to - from) & (places.length - 1);
  }
}
