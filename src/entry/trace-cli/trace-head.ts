// What stands above a waterfall: the call, what became of it, and the ids to look for elsewhere.
import type { StoredTrace } from '../../ports/trace-store.ts';
import { duration, instant, size } from '../admin-cli/amounts.ts';
import type { Ink, Paper } from '../admin-cli/paper.ts';
import { cut, padEnd, widthOf, wrap } from '../admin-cli/plain-text.ts';
import { bytesBySource } from './span-facts.ts';
import { outcomeInk, outcomeWords, statusInk } from './trace-table.ts';

export function traceHead(trace: StoredTrace, columns: number, paper: Paper): readonly string[] {
  // Only calls tell what clients were sent.
  const calls = trace.tree.filter(({ kind }) => kind === 'server');
  const bytes = [...bytesBySource(calls.map(({ attributes }) => attributes))];
  const sum = bytes.reduce((total, [, count]) => total + count, 0);
  const shares = bytes.map(
    ([source, count]) => `${source} ${size(count)} (${Math.round((count / sum) * 100)} %)`,
  );
  const missing = trace.spans - trace.tree.length;
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['trace', [trace.traceId]],
    ['request', trace.requestId === null ? [] : [trace.requestId]],
    ['image', trace.image === null ? [] : [trace.image]],
    ['region', trace.region === null ? [] : [trace.region]],
    ['started', [`${instant(trace.startTime)} UTC`]],
    ['took', [duration(trace.durationMs)]],
    ['bytes', shares],
    ['spans', missing > 0 ? [`${trace.tree.length}`, `${missing} more are not held`] : []],
  ];
  return [
    ...headline(trace, columns, paper),
    ...facts.flatMap(([label, items]) =>
      wrap(items, columns - HEAD_LABEL).map(
        (text, at) => `${paper.paint('dim', padEnd(at === 0 ? label : '', HEAD_LABEL))}${text}`,
      ),
    ),
  ];
}

/** Columns of the labels; a trace id fits beside them in 40 columns. */
const HEAD_LABEL = 8;

/** The call and its end, in one line where they fit. */
function headline(trace: StoredTrace, columns: number, paper: Paper): readonly string[] {
  const { ellipsis } = paper.glyphs;
  const name = cut(trace.name, columns, ellipsis);
  const status = trace.status === null ? '' : `${trace.status}  `;
  const outcome = cut(outcomeWords(trace.outcome), columns - widthOf(status), ellipsis);
  const end = inked(statusInk(trace), status, paper) + inked(outcomeInk(trace), outcome, paper);
  const fits = widthOf(name) + 2 + widthOf(status + outcome) <= columns;
  const bold = paper.paint('bold', name);
  return fits ? [`${bold}  ${end}`] : [bold, end];
}

function inked(ink: Ink | null, text: string, paper: Paper): string {
  return ink === null ? text : paper.paint(ink, text);
}
