// The spans of a trace as rows from top to bottom, each below its parent, with what is drawn beside
// them to show it.
import type { StoredSpan } from '../../ports/trace-store.ts';
import type { Glyphs } from '../admin-cli/paper.ts';

export interface SpanRow {
  readonly span: StoredSpan;
  /** Before its name. */
  readonly guide: string;
  /** Before the lines below it that tell more. */
  readonly detailGuide: string;
  /** Its parent is not held: it is a caller's span, or there were too many. */
  readonly orphan: boolean;
}

/**
 * Spans keep their order among siblings. Every span has exactly one row, also when the parents of
 * some lead round in a circle.
 */
export function spanRows(tree: readonly StoredSpan[], glyphs: Glyphs): readonly SpanRow[] {
  const held = new Set(tree.map(({ spanId }) => spanId));
  const children = Map.groupBy(tree, ({ parentSpanId }) => parentSpanId);
  const rows: SpanRow[] = [];
  const seen = new Set<StoredSpan>();
  const roots = tree.filter(({ parentSpanId }) => parentSpanId === null || !held.has(parentSpanId));
  // Those that no root leads to come last.
  for (const start of [...roots, ...tree]) {
    const waiting: Waiting[] = [{ span: start, depth: 0, own: '', below: '' }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth, own, below } = next;
      if (seen.has(span)) continue;
      seen.add(span);
      const mine = (children.get(span.spanId) ?? []).filter((child) => !seen.has(child));
      const orphan = span.parentSpanId !== null && !held.has(span.parentSpanId);
      const detailGuide = below + (mine.length > 0 ? glyphs.trunk : '   ');
      rows.push({ span, guide: own, detailGuide, orphan });
      for (const child of mine.toReversed()) waiting.push(placed(child, child === mine.at(-1)));

      function placed(child: StoredSpan, isLast: boolean): Waiting {
        if (depth >= MAX_DEPTH) return { span: child, depth, own, below };
        return {
          span: child,
          depth: depth + 1,
          own: below + (isLast ? glyphs.lastBranch : glyphs.branch),
          below: below + (isLast ? '   ' : glyphs.trunk),
        };
      }
    }
  }
  return rows;
}

/** Spans of a gateway are some five deep; what is deeper than this stands in line with it. */
const MAX_DEPTH = 24;

interface Waiting {
  readonly span: StoredSpan;
  readonly depth: number;
  readonly own: string;
  readonly below: string;
}
