// Text for a terminal: nothing in it that steers the terminal, and as wide as is wanted. Whatever
// came over the network passes through here before it is shown.

/**
 * A JSON value whose texts hold no control characters, lone surrogates or marks that turn the
 * direction of writing: the name of an image could else clear the screen or forge a line. Nor are
 * they longer than anybody reads.
 */
export function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return withoutControls(value.slice(0, MAX_TEXT));
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [withoutControls(name), cleaned(part)]),
  );
}

export function withoutControls(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(STEERING, '');
}

/** The value as JSON, with those same characters escaped: it reads back as it was. */
export function jsonText(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, null, indent);
  // The line breaks of the layout stay; within texts JSON has escaped them already.
  return text.replace(STEERING, (found) => (found === '\n' ? found : escaped(found)));
}

/** Columns that the text takes in a terminal: two for wide characters, none for combining ones. */
export function widthOf(text: string): number {
  // ASCII and the characters that boxes and bars are drawn with: nearly all there is.
  if (/^[ -~\u2500-\u259F]*$/.test(text)) return text.length;
  return charactersOf(text).reduce((width, character) => width + characterWidth(character), 0);
}

/** The largest number that `read` finds, or `least`; of lists of any length, unlike `Math.max`. */
export function largest<Item>(
  least: number,
  items: readonly Item[],
  read: (item: Item) => number,
): number {
  return items.reduce((found, item) => Math.max(found, read(item)), least);
}

/** The text in at most `width` columns; where something is cut off, an ellipsis says so. */
export function cut(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  return startOf(text, width - widthOf(ellipsis)) + (width >= widthOf(ellipsis) ? ellipsis : '');
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/**
 * Lines of at most `width` columns with whole items, two spaces between. An item that is longer than
 * a line is broken, between words where it has any.
 */
export function wrap(items: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const joined = line === '' ? item : `${line}  ${item}`;
    if (widthOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = broken(item, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return line === '' ? lines : [...lines, line];
}

/** Characters; a gateway holds 1,024 of an attribute. */
const MAX_TEXT = 4096;

const STEERING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]|^\p{Emoji_Presentation}/u;

const segmenter = new Intl.Segmenter();

/** As people count them: what is composed of several code points is never taken apart. */
function charactersOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function characterWidth(character: string): number {
  if (WIDE.test(character)) return 2;
  return /^[\p{M}\p{Cf}]/u.test(character) ? 0 : 1;
}

function broken(item: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = item;
  while (widthOf(rest) > width) {
    // However narrow, each line takes a character: there is an end.
    const fitting = startOf(rest, width) || (charactersOf(rest)[0] ?? rest);
    const space = rest[fitting.length] === ' ' ? fitting.length : fitting.lastIndexOf(' ');
    const piece = space > 0 ? fitting.slice(0, space) : fitting;
    pieces.push(piece);
    rest = rest.slice(piece.length).trimStart();
  }
  return [...pieces, rest];
}

function startOf(text: string, width: number): string {
  let start = '';
  let room = width;
  for (const character of charactersOf(text)) {
    room -= characterWidth(character);
    if (room < 0) break;
    start += character;
  }
  return start;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
