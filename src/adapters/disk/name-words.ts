// An entry's name as the index and its record hold it: 128 bits in four words instead of 32 digits.

export type NameWords = Uint32Array;

export const NAME_WORDS = 4;

const DIGITS = 32;
const DIGITS_A_WORD = 8;

/** Throws when it is not a name. */
export function wordsOf(name: string): NameWords {
  const words = new Uint32Array(NAME_WORDS);
  if (!readName(name, words)) throw new Error('An entry’s name has 32 hexadecimal digits.');
  return words;
}

/**
 * Reads the digits into `words`; false when it is not a name, and `words` are then of no use. By hand:
 * a start with a million files reads a million of them.
 */
export function readName(name: string, words: NameWords): boolean {
  if (name.length !== DIGITS) return false;
  for (let word = 0; word < NAME_WORDS; word += 1) {
    let value = 0;
    for (let at = word * DIGITS_A_WORD; at < (word + 1) * DIGITS_A_WORD; at += 1) {
      const digit = digitOf(name.charCodeAt(at));
      if (digit < 0) return false;
      value = (value << 4) | digit;
    }
    words[word] = value;
  }
  return true;
}

export function nameOf(words: NameWords): string {
  let name = '';
  for (const word of words) name += word.toString(16).padStart(DIGITS_A_WORD, '0');
  return name;
}

/** Of `0` to `9` and `a` to `f`; else -1. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}
