// What a span tells besides its name and time, as short items: attributes, errors, events, links.
import { SPAN_ATTRIBUTES } from '../../core/span-attributes.ts';
import type { StoredSpan, StoredTrace } from '../../ports/trace-store.ts';
import type { SpanAttributes } from '../../ports/tracing.ts';
import { duration, size } from '../admin-cli/amounts.ts';
import { outcomeWords } from './trace-table.ts';

export interface FactOptions {
  /** Every attribute and link under its full name, not only those that say why it took so long. */
  readonly all: boolean;
}

/** The attributes of a span; what the head of the view says of the whole trace is not said again. */
export function attributeFacts(
  span: StoredSpan,
  trace: StoredTrace,
  { all }: FactOptions,
): readonly string[] {
  if (all) return rawFacts(span.attributes);
  const said = new Map<string, unknown>([
    ['glance_edge.region', trace.region],
    ['glance_edge.image.id', trace.image],
    ['glance_edge.request_id', trace.requestId],
    ['glance_edge.cache_status', trace.outcome],
  ]);
  const facts = Object.entries(span.attributes)
    .filter(([name, value]) => isTelling(name, value) && said.get(name) !== value && !isBytes(name))
    .map(([name, value]) => `${shortName(name, span)}=${shownValue(name, value)}`);
  const bytes = bytesBySource([span.attributes]);
  if (bytes.size === 0) return facts;
  const sources = [...bytes].map(([source, count]) => `${source} ${size(count)}`);
  return [...facts, `bytes: ${sources.join(', ')}`];
}

/** Events with their time since `start` (epoch ms). */
export function eventFacts(
  span: StoredSpan,
  start: number,
  { all }: FactOptions,
): readonly (readonly string[])[] {
  return span.events.map(({ name, time, attributes }) => [
    `+${duration(Math.max(0, time - start))} ${name}`,
    ...(all ? rawFacts(attributes) : shortFacts(attributes, span)),
  ]);
}

/** Where the links of a span lead; at most `MAX_LINKS` of them unless all are wanted. */
export function linkFacts(
  span: StoredSpan,
  trace: StoredTrace,
  { all }: FactOptions,
): readonly (readonly string[])[] {
  const shown = all ? span.links : span.links.slice(0, MAX_LINKS);
  const facts = shown.map(({ traceId, spanId, attributes }) => {
    const { [LINK]: role = 'link', ...others } = attributes;
    const place = traceId === trace.traceId ? 'this trace' : `trace ${traceId}`;
    const told = all ? rawFacts(others) : shortFacts(others, span);
    return [`${String(role)} in ${place}`, `span ${spanId}`, ...told];
  });
  const left = span.links.length - shown.length;
  return left > 0 ? [...facts, [`and ${left} more; --all shows them`]] : facts;
}

/** Image data by where it came from, in bytes, largest first; sources that gave nothing are left out. */
export function bytesBySource(sets: readonly SpanAttributes[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, value] of sets.flatMap((attributes) => Object.entries(attributes))) {
    if (!isBytes(name) || typeof value !== 'number' || value <= 0) continue;
    const source = name.slice(BYTES.length);
    sums.set(source, (sums.get(source) ?? 0) + value);
  }
  return new Map([...sums].sort(([, a], [, b]) => b - a));
}

const OURS = 'glance_edge.';
const BYTES = 'glance_edge.bytes.';
const LINK = 'glance_edge.link';
const ATTEMPTS = 'glance_edge.origin.attempts';
/** It stands in the name of the span. */
const TIER_NAME = 'glance_edge.tier.name';

/** A fill may have a hundred followers, all alike. */
const MAX_LINKS = 8;

/** Of OpenTelemetry's own names those that help; the others repeat the name of the span. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['http.response.status_code', 'status'],
  ['http.response.body.size', 'body'],
  ['http.request.resend_count', 'resent'],
]);

/** A count of 0 says that something did not happen, and a first attempt is no news either. */
function isTelling(name: string, value: SpanAttributes[string]): boolean {
  if (value === 0 || name === TIER_NAME || (name === ATTEMPTS && value === 1)) return false;
  return name.startsWith(OURS) || RENAMED.has(name);
}

function isBytes(name: string): boolean {
  return name.startsWith(BYTES);
}

function shortFacts(attributes: SpanAttributes, span: StoredSpan): readonly string[] {
  return Object.entries(attributes).map(
    ([name, value]) => `${shortName(name, span)}=${shownValue(name, value)}`,
  );
}

function rawFacts(attributes: SpanAttributes): readonly string[] {
  return Object.entries(attributes).map(([name, value]) => `${name}=${plainValue(value)}`);
}

/** `glance_edge.fill.kind` of a fill is its `kind`. */
function shortName(name: string, span: StoredSpan): string {
  const own = name.startsWith(OURS) ? name.slice(OURS.length) : name;
  const [subject = ''] = /^\w+/.exec(span.name) ?? [];
  const short = own.startsWith(`${subject}.`) ? own.slice(subject.length + 1) : own;
  return RENAMED.get(name) ?? short.replace(/[._]ms$/, '');
}

/** In the unit that the attribute is declared with; a newer gateway's says it in its name. */
function shownValue(name: string, value: SpanAttributes[string]): string {
  if (typeof value === 'number') {
    const unit = UNITS.get(name);
    if (unit === 'ms' || /[._]ms$/.test(name)) return duration(value);
    if (unit === 'By' || /[._](bytes|size)$/.test(name)) return size(value);
  }
  return name === 'glance_edge.cache_status' ? outcomeWords(String(value)) : plainValue(value);
}

const UNITS: ReadonlyMap<string, string | null> = new Map(
  Object.entries(SPAN_ATTRIBUTES).map(([name, { unit }]) => [name, unit]),
);

function plainValue(value: SpanAttributes[string]): string {
  return typeof value === 'object' ? value.join(',') : String(value);
}
