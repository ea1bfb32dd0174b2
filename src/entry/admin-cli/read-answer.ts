// What the answers of an admin face are looked at with. They come over the network, from a gateway that
// may be newer or older, or from something else altogether: what can't be shown is told apart here.

export type Unread = Readonly<Record<string, unknown>>;

/** The message of a refusal, `{error}`; null when there is none. */
export function readError(value: unknown): string | null {
  return isObject(value) && typeof value.error === 'string' ? value.error : null;
}

export function isObject(value: unknown): value is Unread {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function areTexts(value: Unread, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

/** Infinities and what is no number are none. */
export function areNumbers(value: Unread, names: readonly string[]): boolean {
  return names.every((name) => Number.isFinite(value[name]));
}
