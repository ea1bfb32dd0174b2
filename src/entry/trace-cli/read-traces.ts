// The admin face's answers as traces: what is none, or can't be shown, is told apart.
import type { StoredSpan, StoredTrace, TraceSummary } from '../../ports/trace-store.ts';
import type { SpanAttributes } from '../../ports/tracing.ts';
import { areNumbers, areTexts, isObject } from '../admin-cli/read-answer.ts';

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

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
