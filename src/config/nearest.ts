// The known word that a mistyped one was probably meant to be.

/** The closest candidate, or null when none is within a third of the word's length. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions and substitutions between the two, ignoring case (Levenshtein 1965). */
function editDistance(one: string, other: string): number {
  const [from, to] = [one.toLowerCase().slice(0, LIMIT), other.toLowerCase().slice(0, LIMIT)];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Keys are shorter; the product of two lengths is what the comparison costs. */
const LIMIT = 100;
