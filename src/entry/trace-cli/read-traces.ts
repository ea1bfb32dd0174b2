// The admin face's answers as traces. They come over the network, from a gateway that may be newer
// or older, or from something else altogether: what can't be shown is told apart here.
import type { StoredSpan, StoredTrace, TraceSummary } from '../../ports/trace-store.ts';
import type { SpanAttributes } from '../../ports/tracing.ts';

/** Of `/api/traces`; null when it is no such answer. */
export function readTraceList(value: unknown): readonly TraceSummary[] | null {
  if (!isObject(value) || !Array.isArray(value.traces)) return null;
  const traces: readonly unknown[] = value.traces;
  return traces.every(isSummary) ? traces : null;
}

/** Of `/api/traces/{id}`; null when it is no such answer. */
export function readTrace(value: unknown): StoredTrace | null {
  return isSummary(value) && isTrace(value) ? value : null;
}

/** Of one event of `/api/traces/tail`; null when it is none. */
export function readSummary(value: unknown): TraceSummary | null {
  return isSummary(value) ? value : null;
}

/** The message of a refusal, `{error}`; null when there is none. */
export function readError(value: unknown): string | null {
  return isObject(value) && typeof value.error === 'string' ? value.error : null;
}

type Unread = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Unread {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSummary(value: unknown): value is TraceSummary {
  return (
    isObject(value) &&
    areTexts(value, ['traceId', 'name']) &&
    areNumbers(value, ['startTime', 'durationMs', 'spans']) &&
    ['route', 'region', 'image', 'outcome', 'requestId', 'error'].every((name) =>
      isTextOrNull(value[name]),
    ) &&
    (value.status === null || typeof value.status === 'number')
  );
}

function isTrace(value: TraceSummary & { readonly tree?: unknown }): value is StoredTrace {
  return Array.isArray(value.tree) && value.tree.every(isSpan);
}

function isSpan(value: unknown): value is StoredSpan {
  return (
    isObject(value) &&
    areTexts(value, ['spanId', 'name', 'kind']) &&
    areNumbers(value, ['startTime', 'durationMs']) &&
    isTextOrNull(value.parentSpanId) &&
    isTextOrNull(value.error) &&
    isAttributes(value.attributes) &&
    isListOf(value.events, ['name'], ['time']) &&
    isListOf(value.links, ['traceId', 'spanId'], [])
  );
}

/** A list of objects with attributes and these texts and numbers. */
function isListOf(value: unknown, texts: readonly string[], numbers: readonly string[]): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (each) =>
        isObject(each) &&
        areTexts(each, texts) &&
        areNumbers(each, numbers) &&
        isAttributes(each.attributes),
    )
  );
}

function isAttributes(value: unknown): value is SpanAttributes {
  return isObject(value) && Object.values(value).every(isAttributeValue);
}

function isAttributeValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function areTexts(value: Unread, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function areNumbers(value: Unread, names: readonly string[]): boolean {
  return names.every((name) => Number.isFinite(value[name]));
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
