// Traces in lines, one a call: the view of `list`, `slowest` and `tail`. What is needed to go on,
// the trace id, stands first, because terminals cut lines at the right.
import type { TraceSummary } from '../../ports/trace-store.ts';
import { duration, instant } from './amounts.ts';
import type { Ink, Paper } from './paper.ts';
import { cut, largest, padEnd, padStart, widthOf } from './plain-text.ts';

/** A head and a line for each trace; columns are as wide as the longest cell. */
export function traceTable(traces: readonly TraceSummary[], paper: Paper): readonly string[] {
  const rows = traces.map((trace) => cellsOf(trace, paper));
  const widths = COLUMNS.map(({ title }, at) =>
    largest(widthOf(title), rows, (cells) => widthOf(cells[at] ?? '')),
  );
  return [head(widths, paper), ...traces.map((trace) => line(trace, widths, paper))];
}

/** The head of a table whose lines are yet to come. */
export function openTableHead(paper: Paper): string {
  return head(usualWidths(paper), paper);
}

export function openTableLine(trace: TraceSummary, paper: Paper): string {
  return line(trace, usualWidths(paper), paper);
}

interface Column {
  readonly title: string;
  /** Columns that its cells usually take. */
  readonly usual: number;
  readonly align?: 'right';
  readonly cell: (trace: TraceSummary, paper: Paper) => string;
  readonly ink?: (trace: TraceSummary) => Ink | null;
}

const COLUMNS: readonly Column[] = [
  { title: 'TRACE', usual: 32, cell: ({ traceId }) => traceId, ink: () => 'cyan' },
  { title: 'STARTED (UTC)', usual: 23, cell: started },
  { title: 'TOOK', usual: 9, align: 'right', cell: ({ durationMs }) => duration(durationMs) },
  { title: 'HTTP', usual: 4, cell: ({ status }) => String(status ?? '-'), ink: statusInk },
  { title: 'OUTCOME', usual: 25, cell: ({ outcome }) => outcomeWords(outcome), ink: outcomeInk },
  { title: 'REGION', usual: 10, cell: ({ region }) => region ?? '-' },
  { title: 'CALL', usual: 30, cell: ({ name }) => name },
  { title: 'IMAGE', usual: 36, cell: ({ image }) => image ?? '-' },
  { title: 'ERROR', usual: 0, cell: ({ error }) => error ?? '', ink: () => 'red' },
];

/** The gateway's own member of Cache-Status without its name. */
export function outcomeWords(outcome: string | null): string {
  return outcome === null ? '-' : outcome.replace(/^glance-edge; /, '');
}

export function statusInk({ status, error }: Pick<TraceSummary, 'status' | 'error'>): Ink | null {
  if (error !== null || (status !== null && status >= 500)) return 'red';
  return status !== null && status >= 400 ? 'yellow' : null;
}

export function outcomeInk({ outcome }: Pick<TraceSummary, 'outcome'>): Ink | null {
  return outcomeWords(outcome).startsWith('hit') ? 'green' : null;
}

function usualWidths(paper: Paper): readonly number[] {
  return COLUMNS.map(({ title, usual, cell }) =>
    Math.max(widthOf(title), cell === started && !hasDay(paper) ? usual - DAY : usual),
  );
}

function started({ startTime }: TraceSummary, paper: Paper): string {
  return hasDay(paper) ? instant(startTime) : instant(startTime).slice(DAY);
}

/** A terminal that has no room for all columns is spared the day. */
function hasDay({ columns }: Paper): boolean {
  return columns === null || columns >= COLUMNS_WITH_DAY;
}

const COLUMNS_WITH_DAY = 140;
const DAY = '2026-11-23 '.length;

function cellsOf(trace: TraceSummary, paper: Paper): readonly string[] {
  return COLUMNS.map(({ cell }) => cell(trace, paper).replace('µ', paper.glyphs.micro));
}

function head(widths: readonly number[], paper: Paper): string {
  const titles = COLUMNS.map(({ title }) => title);
  return paper.paint('bold', fitted(aligned(titles, widths).join('  ').trimEnd(), paper));
}

/** Cells are painted last, when what a terminal has no room for has been cut off. */
function line(trace: TraceSummary, widths: readonly number[], paper: Paper): string {
  let room = paper.columns ?? Number.POSITIVE_INFINITY;
  const painted: string[] = [];
  const cells = aligned(cellsOf(trace, paper), widths);
  const used = cells.findLastIndex((cell) => cell.trim() !== '');
  for (const [at, cell] of cells.slice(0, used + 1).entries()) {
    if (room <= 0) break;
    const whole = at === used ? cell.trimEnd() : cell;
    const shown = cut(whole, room, paper.glyphs.ellipsis);
    const ink = COLUMNS[at]?.ink?.(trace) ?? null;
    painted.push(ink === null ? shown : paper.paint(ink, shown));
    room -= widthOf(shown) + 2;
  }
  return painted.join('  ').trimEnd();
}

function aligned(cells: readonly string[], widths: readonly number[]): readonly string[] {
  return cells.map((cell, at) => {
    const pad = COLUMNS[at]?.align === 'right' ? padStart : padEnd;
    return pad(cell, widths[at] ?? 0);
  });
}

function fitted(text: string, paper: Paper): string {
  return paper.columns === null ? text : cut(text, paper.columns, paper.glyphs.ellipsis);
}
