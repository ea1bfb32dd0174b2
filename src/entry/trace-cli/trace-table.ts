// Traces in lines, one a call: the view of `list`, `slowest` and `tail`. What is needed to go on,
// the trace id, stands first.
import type { TraceSummary } from '../../ports/trace-store.ts';
import { duration, instant } from '../admin-cli/amounts.ts';
import type { Ink, Paper } from '../admin-cli/paper.ts';
import { widthOf } from '../admin-cli/plain-text.ts';
import { type Column, table, tableHead, tableLine } from '../admin-cli/table.ts';

export function traceTable(traces: readonly TraceSummary[], paper: Paper): readonly string[] {
  return table(COLUMNS, traces, paper);
}

/** The head of a table whose lines are yet to come. */
export function openTableHead(paper: Paper): string {
  return tableHead(COLUMNS, usualWidths(paper), paper);
}

export function openTableLine(trace: TraceSummary, paper: Paper): string {
  return tableLine(COLUMNS, trace, usualWidths(paper), paper);
}

interface TraceColumn extends Column<TraceSummary> {
  /** Columns that its cells usually take. */
  readonly usual: number;
}

const COLUMNS: readonly TraceColumn[] = [
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
