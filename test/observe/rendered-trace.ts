// A trace as a few lines of text that are the same in every run: no times, no ids, no addresses. Spans
// of one parent stand in the order of the alphabet, because some of them begin in the same instant.
import type { StoredSpan } from '../../src/ports/trace-store.ts';

/** Attributes that are another in every run, or say where a test ran. */
const UNSTEADY =
  /_ms$|^(url|server|client|network|user_agent)\.|request_id$|image\.id$|endpoint$|^http\.(route|request\.method)$|response\.body\.size$|^glance_edge\.(region$|tier\.name)/;

export function renderTraces(traces: readonly (readonly StoredSpan[])[]): string {
  const all = traces.flat();
  return traces
    .map((trace) =>
      roots(trace)
        .map((span) => render(span, trace, all, ''))
        .join(''),
    )
    .join('\n');
}

function roots(trace: readonly StoredSpan[]): readonly StoredSpan[] {
  const known = new Set(trace.map(({ spanId }) => spanId));
  return trace.filter(({ parentSpanId }) => parentSpanId === null || !known.has(parentSpanId));
}

function render(
  span: StoredSpan,
  trace: readonly StoredSpan[],
  all: readonly StoredSpan[],
  indent: string,
): string {
  const inner = `${indent}  `;
  const children = trace
    .filter(({ parentSpanId }) => parentSpanId === span.spanId)
    .map((child) => render(child, trace, all, inner))
    .sort();
  return [
    `${indent}${span.name}${span.error === null ? '' : `  !! ${steady(span.error)}`}\n`,
    ...attributesOf(span.attributes).map((text) => `${inner}${text}\n`),
    ...span.events.map(({ name, attributes }) => {
      return `${inner}* ${[name, ...attributesOf(attributes)].join(', ')}\n`;
    }),
    ...span.links.map(({ spanId, attributes }) => {
      const target = all.find((other) => other.spanId === spanId)?.name ?? 'another trace';
      return `${inner}-> ${[target, ...attributesOf(attributes)].join(', ')}\n`;
    }),
    ...children,
  ].join('');
}

function attributesOf(attributes: StoredSpan['attributes']): string[] {
  return Object.entries(attributes)
    .filter(([name]) => !UNSTEADY.test(name))
    .map(([name, value]) => `${name}=${steady(String(value))}`)
    .sort();
}

function steady(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
    .replaceAll(/ttl=-\d+/g, 'ttl=<negative>');
}
