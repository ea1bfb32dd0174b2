// Rows as lines of a table, in a terminal of any width or in a pipe. What terminals have no room for is cut
// off at the right, so what is needed to go on stands first.
import type { Ink, Paper } from './paper.ts';
import { cut, largest, padEnd, padStart, widthOf } from './plain-text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'right';
  readonly cell: (row: Row, paper: Paper) => string;
  readonly ink?: (row: Row) => Ink | null;
}

/** A head and a line for each row; columns are as wide as the longest cell. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  paper: Paper,
): readonly string[] {
  const cells = rows.map((row) => cellsOf(columns, row, paper));
  const widths = columns.map(({ title }, at) =>
    largest(widthOf(title), cells, (all) => widthOf(all[at] ?? '')),
  );
  const lines = rows.map((row) => tableLine(columns, row, widths, paper));
  return [tableHead(columns, widths, paper), ...lines];
}

export function tableHead<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
  paper: Paper,
): string {
  const titles = columns.map(({ title }) => title);
  const text = aligned(columns, titles, widths).join('  ').trimEnd();
  const fitted = paper.columns === null ? text : cut(text, paper.columns, paper.glyphs.ellipsis);
  return paper.paint('bold', fitted);
}

/** Cells are painted last, when what a terminal has no room for has been cut off. */
export function tableLine<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  widths: readonly number[],
  paper: Paper,
): string {
  let room = paper.columns ?? Number.POSITIVE_INFINITY;
  const painted: string[] = [];
  const cells = aligned(columns, cellsOf(columns, row, paper), widths);
  const used = cells.findLastIndex((cell) => cell.trim() !== '');
  for (const [at, cell] of cells.slice(0, used + 1).entries()) {
    if (room <= 0) break;
    const whole = at === used ? cell.trimEnd() : cell;
    const shown = cut(whole, room, paper.glyphs.ellipsis);
    const ink = columns[at]?.ink?.(row) ?? null;
    painted.push(ink === null ? shown : paper.paint(ink, shown));
    room -= widthOf(shown) + 2;
  }
  return painted.join('  ').trimEnd();
}

function cellsOf<Row>(columns: readonly Column<Row>[], row: Row, paper: Paper): readonly string[] {
  return columns.map(({ cell }) => cell(row, paper).replace('µ', paper.glyphs.micro));
}

function aligned<Row>(
  columns: readonly Column<Row>[],
  cells: readonly string[],
  widths: readonly number[],
): readonly string[] {
  return cells.map((cell, at) => {
    const pad = columns[at]?.align === 'right' ? padStart : padEnd;
    return pad(cell, widths[at] ?? 0);
  });
}
