// Memory of the disk tier's index: eight words of 32 bits for each entry, outside V8's heap, so that
// a million of them cost its collector nothing.

/** The first four words of a slot are the name; then come these. */
export const LENGTH = 4;
export const USED_AT = 5;
export const OLDER = 6;
export const NEWER = 7;
const WORDS = 8;

/** Slot 0 is nobody's: it stands for "none". */
export const NO_SLOT = 0;

/** 512 KiB a segment: growing takes a new one and never copies what there is. */
const SEGMENT_BITS = 14;
const SEGMENT_SLOTS = 1 << SEGMENT_BITS;

export interface EntrySlots {
  get(slot: number, word: number): number;
  set(slot: number, word: number, value: number): void;
  /** A slot of any content. */
  take(): number;
  giveBack(slot: number): void;
}

export function createEntrySlots(): EntrySlots {
  const segments: Uint32Array[] = [];
  let beyond = NO_SLOT + 1; // slots from here on were never taken
  let free = NO_SLOT; // the rest, each with the next one in its first word
  return {
    get,
    set,
    take() {
      const slot = free === NO_SLOT ? beyond : free;
      if (slot === free) free = get(slot, 0);
      else beyond += 1;
      return slot;
    },
    giveBack(slot) {
      set(slot, 0, free);
      free = slot;
    },
  };

  function get(slot: number, word: number): number {
    return segmentOf(slot)[(slot % SEGMENT_SLOTS) * WORDS + word] ?? 0;
  }

  function set(slot: number, word: number, value: number): void {
    segmentOf(slot)[(slot % SEGMENT_SLOTS) * WORDS + word] = value;
  }

  function segmentOf(slot: number): Uint32Array {
    const number = slot >>> SEGMENT_BITS;
    const there = segments[number];
    if (there !== undefined) return there;
    const made = new Uint32Array(SEGMENT_SLOTS * WORDS);
    segments[number] = made;
    return made;
  }
}
