// JSON from outside, read without trust in its shape.

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' ? value : null;

export const wholeOrNull = (value: unknown): number | null =>
  Number.isSafeInteger(value) ? Number(value) : null;
