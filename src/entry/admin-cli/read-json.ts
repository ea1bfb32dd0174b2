// JSON from somebody else's server: parsed only when it is nested no deeper than whatever looks through
// it can follow.

/** Answers of a gateway are some six deep. */
const MAX_DEPTH = 100;

export type ReadJson =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'wrong'; readonly reason: 'no JSON' | 'too deep' };

export function readJson(text: string): ReadJson {
  if (isTooDeep(text)) return { kind: 'wrong', reason: 'too deep' };
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'value', value };
  } catch {
    return { kind: 'wrong', reason: 'no JSON' };
  }
}

/** Brackets within texts do not count; what is no JSON may come to any depth. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at);
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Where the text ends whose first quote stands at `start`: at its last quote, or with everything. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
