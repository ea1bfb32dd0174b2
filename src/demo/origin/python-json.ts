// JSON as Python writes it: a space after each comma and colon. The bytes matter, because the
// gateway must hand a record on byte for byte.

/** The value as JSON text, characters beyond ASCII kept, as Glance writes records. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${pythonJson(member)}`,
  );
  return `{${members.join(', ')}}`;
}

/** A value as Python shows it in a message. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
