// Names as Prometheus and OpenMetrics want them: units are part of a metric's name, and a label is made
// of fewer characters than an attribute, so that two attributes may come to the same one.
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
import type { Attributes } from '@opentelemetry/api';

/** The word for a unit (UCUM) at the end of a metric's name; null for metrics without one. */
export function unitWord(unit: string): string | null {
  return UNIT_WORDS.get(unit) ?? null;
}

const UNIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['s', 'seconds'],
  ['By', 'bytes'],
]);

/** Letters, digits and single `_`, no digit first: `k8s.pod-name` is `k8s_pod_name`. */
export function plainName(name: string): string {
  const plain = name.replaceAll(/[^a-zA-Z0-9]+/g, '_');
  return /^\d/.test(plain) ? `key_${plain}` : plain;
}

/** Attributes under plain names; the values of those that share one are joined with `;`. */
export function plainLabels(attributes: Attributes): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  for (const [name, value] of Object.entries(attributes).sort(byName)) {
    const label = plainName(name);
    const known = labels.get(label);
    labels.set(label, known === undefined ? textOf(value) : `${known};${textOf(value)}`);
  }
  return Object.fromEntries(labels);
}

/** A value as a label has it: lists as JSON. */
export function textOf(value: Attributes[string]): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** In the order of code units, as the specification joins them. */
function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
