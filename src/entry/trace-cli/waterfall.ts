// One trace as a waterfall: what was called and what became of it, then each span with the time it
// took as a bar, and below it whatever says why.
import type { StoredSpan, StoredTrace } from '../../ports/trace-store.ts';
import { duration } from '../admin-cli/amounts.ts';
import type { Ink, Paper } from '../admin-cli/paper.ts';
import { cut, largest, padEnd, padStart, widthOf, wrap } from '../admin-cli/plain-text.ts';
import { attributeFacts, eventFacts, type FactOptions, linkFacts } from './span-facts.ts';
import { type SpanRow, spanRows } from './span-rows.ts';
import { traceHead } from './trace-head.ts';

/** The trace's texts must be free of control characters. */
export function waterfall(
  trace: StoredTrace,
  paper: Paper,
  options: FactOptions,
): readonly string[] {
  const { glyphs } = paper;
  const rows = spanRows(trace.tree, glyphs);
  const time = timeOf(trace.tree);
  const layout = layoutOf(rows, paper.columns ?? PIPE_COLUMNS);
  const scale = padStart(duration(time.length), Math.max(0, layout.bar - 1));
  const titles = `${padEnd('SPAN', layout.label)}  ${padStart('TOOK', TOOK)}`;
  const lines = [
    ...traceHead(trace, layout.columns, paper),
    '',
    paper.paint('bold', layout.bar > 0 ? `${titles}  ${glyphs.border}0${scale}` : titles) +
      (layout.bar > 0 ? paper.paint('bold', glyphs.border) : ''),
    ...rows.flatMap((row) => [
      spanLine(row, time, layout, paper),
      ...detailLines(row, trace, time, layout, paper, options),
    ]),
  ];
  return lines.map((text) => text.replaceAll('µ', glyphs.micro).trimEnd());
}

/** How wide a waterfall is that goes into a pipe or a file. */
const PIPE_COLUMNS = 100;
/** Below this there are no bars: names and times need the room. */
const COLUMNS_WITH_BARS = 60;
/** Narrower than this nothing can be read; the terminal may break the lines. */
const MIN_COLUMNS = 24;
/** Columns of a duration. */
const TOOK = 9;
/** The share of the width that names may take when there are bars. */
const LABEL_SHARE = 0.45;

interface Layout {
  readonly columns: number;
  readonly label: number;
  /** Cells between the borders; 0 for no bars. */
  readonly bar: number;
}

interface Time {
  /** Epoch ms. */
  readonly start: number;
  /** Milliseconds. */
  readonly length: number;
}

function layoutOf(rows: readonly SpanRow[], wanted: number): Layout {
  const columns = Math.max(MIN_COLUMNS, wanted);
  const longest = largest(4, rows, ({ span, guide }) => widthOf(guide + span.name));
  if (columns < COLUMNS_WITH_BARS) {
    return { columns, label: Math.min(longest, columns - TOOK - 2), bar: 0 };
  }
  const label = Math.min(longest, Math.floor(columns * LABEL_SHARE));
  return { columns, label, bar: columns - label - TOOK - 6 };
}

/** From the first start to the last end: a fill may outlast the call that began it. */
function timeOf(tree: readonly StoredSpan[]): Time {
  const start = -largest(-Infinity, tree, ({ startTime }) => -startTime);
  const end = largest(-Infinity, tree, ({ startTime, durationMs }) => startTime + durationMs);
  return { start, length: Math.max(0, end - start) };
}

function spanLine({ span, guide }: SpanRow, time: Time, layout: Layout, paper: Paper): string {
  const { ellipsis, border } = paper.glyphs;
  const shownGuide = cut(guide, layout.label, '');
  const name = cut(span.name, layout.label - widthOf(shownGuide), ellipsis);
  const gap = ' '.repeat(Math.max(0, layout.label - widthOf(shownGuide) - widthOf(name)));
  const took = padStart(duration(span.durationMs), TOOK);
  const ink = span.error === null ? inkOf(span.kind) : 'red';
  const left = `${paper.paint('dim', shownGuide)}${paper.paint(ink, name)}${gap}  ${took}`;
  if (layout.bar === 0) return left;
  const edge = paper.paint('dim', border);
  return `${left}  ${edge}${paper.paint(ink, bar(span, time, layout.bar, paper))}${edge}`;
}

/** A newer gateway may have further kinds. */
function inkOf(kind: string): Ink {
  if (kind === 'server') return 'blue';
  return kind === 'client' ? 'cyan' : 'green';
}

/** A span is seen however short it is; the last cell shows how far into it the span reaches. */
function bar(span: StoredSpan, time: Time, cells: number, paper: Paper): string {
  const scale = time.length > 0 ? cells / time.length : 0;
  const from = Math.min(cells - 1, Math.floor((span.startTime - time.start) * scale));
  const reach = (span.startTime + span.durationMs - time.start) * scale - from;
  const eighths = Math.min((cells - from) * 8, Math.max(1, Math.round(reach * 8)));
  const glyphs = paper.glyphs.cells;
  const full = (glyphs.at(-1) ?? '').repeat(Math.floor(eighths / 8));
  const last = eighths % 8 === 0 ? '' : (glyphs[(eighths % 8) - 1] ?? '');
  return padEnd(' '.repeat(from) + full + last, cells);
}

function detailLines(
  row: SpanRow,
  trace: StoredTrace,
  time: Time,
  layout: Layout,
  paper: Paper,
  options: FactOptions,
): readonly string[] {
  const { span, orphan } = row;
  const { link } = paper.glyphs;
  const caller = orphan ? [`below span ${span.parentSpanId ?? ''}, which is not held here`] : [];
  return [
    ...lines('red', '! ', span.error === null ? [] : [span.error]),
    ...lines('dim', '', [...caller, ...attributeFacts(span, trace, options)]),
    ...eventFacts(span, time.start, options).flatMap((facts) => lines('yellow', '* ', facts)),
    ...linkFacts(span, trace, options).flatMap((facts) => lines('magenta', `${link} `, facts)),
  ];

  function lines(ink: Ink, mark: string, items: readonly string[]): readonly string[] {
    const guide = cut(row.detailGuide, Math.floor(layout.columns / 2), '');
    const width = layout.columns - widthOf(guide) - widthOf(mark);
    return wrap(items, width).map((text, at) => {
      const start = at === 0 ? mark : ' '.repeat(widthOf(mark));
      return paper.paint('dim', guide) + paper.paint(ink, start + text);
    });
  }
}
