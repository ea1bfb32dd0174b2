// The reference of spans and their attributes in infra/spans.md, written from the tables so that it
// can't lag behind.
import { type AttributeRow, SPAN_ATTRIBUTES } from './span-attributes.ts';
import { SPAN_EVENTS, SPANS } from './span-names.ts';

const BEGIN = '<!-- spans:begin -->';
const END = '<!-- spans:end -->';

/** The text with the reference between its two markers; null when it lacks them. */
export function withSpanReference(page: string): string | null {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin === -1 || end === -1) return null;
  return `${page.slice(0, begin + BEGIN.length)}\n${spanReference()}${page.slice(end)}`;
}

/** Markdown tables of the spans, their events and all attributes. */
export function spanReference(): string {
  return [
    ...table(
      ['Span', 'Kind', 'Stands for'],
      Object.entries(SPANS).map(([name, { kind, meaning }]) => [code(name), kind, meaning]),
    ),
    ...table(
      ['Event', 'Of the span', 'Says'],
      Object.entries(SPAN_EVENTS).map(([name, { on, meaning }]) => [code(name), code(on), meaning]),
    ),
    ...table(['Attribute', 'Type', 'Meaning'], Object.entries(SPAN_ATTRIBUTES).map(attributeCells)),
    '',
    '',
  ].join('\n');
}

function attributeCells([name, { type, unit, meaning }]: [string, AttributeRow]): string[] {
  return [code(name), unit === null ? type : `${type}, ${unit}`, meaning];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const rule = head.map(() => '---');
  return ['', ...[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)];
}

function code(name: string): string {
  return `\`${name}\``;
}
