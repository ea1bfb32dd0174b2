// An entry's name as the index and its record hold it: 128 bits in four words instead of 32 digits.

export type NameWords = Uint32Array;

export const NAME_WORDS = 4;

export function wordsOf(name: string): NameWords {
  const words = new Uint32Array(NAME_WORDS);
  for (let word = 0; word < NAME_WORDS; word += 1) {
    words[word] = Number.parseInt(name.slice(8 * word, 8 * word + 8), 16);
  }
  return words;
}

export function nameOf(words: NameWords): string {
  let name = '';
  for (const word of words) name += word.toString(16).padStart(8, '0');
  return name;
}
