// The order of use of a disk tier's entries: a ring of links within their slots, least recently used
// first.
import { type EntrySlots, NEWER, NO_SLOT, OLDER, USED_AT } from './entry-slots.ts';

export interface UseOrder {
  /** The least recently used one; NO_SLOT when there is none. */
  oldest(): number;
  /** The one after it; NO_SLOT after the newest. */
  newerThan(slot: number): number;
  /** Puts a slot that is not in the order at its end. */
  append(slot: number): void;
  detach(slot: number): void;
  /**
   * Makes the times of use decide, and where they are equal the order as it was.
   *
   * @param size how many are in the order
   */
  sortByTime(size: number): void;
}

/** The ring is closed by the slot that is nobody's. */
export function createUseOrder(slots: EntrySlots): UseOrder {
  const newerThan = (slot: number) => slots.get(slot, NEWER);
  return { oldest: () => newerThan(NO_SLOT), newerThan, append, detach, sortByTime };

  function append(slot: number): void {
    const newest = slots.get(NO_SLOT, OLDER);
    link(newest, slot);
    link(slot, NO_SLOT);
  }

  function detach(slot: number): void {
    link(slots.get(slot, OLDER), slots.get(slot, NEWER));
  }

  function link(older: number, newer: number): void {
    slots.set(older, NEWER, newer);
    slots.set(newer, OLDER, older);
  }

  function sortByTime(size: number): void {
    // Time above, rank below in one number: sorting plain numbers calls nothing of ours.
    const keys = new BigUint64Array(size);
    const halves = new Uint32Array(keys.buffer);
    const ranked = new Uint32Array(size);
    let slot = newerThan(NO_SLOT);
    for (let rank = 0; rank < size; rank += 1) {
      ranked[rank] = slot;
      halves[2 * rank + LOW] = rank;
      halves[2 * rank + HIGH] = slots.get(slot, USED_AT);
      slot = newerThan(slot);
    }
    keys.sort();
    let last = NO_SLOT;
    for (let rank = 0; rank < size; rank += 1) {
      const next = ranked[halves[2 * rank + LOW] ?? 0] ?? NO_SLOT;
      link(last, next);
      last = next;
    }
    link(last, NO_SLOT);
  }
}

/** Which half of a 64-bit number lies first depends on the machine. */
const LOW = new Uint32Array(BigUint64Array.of(1n).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;
