// Structured log lines for operators.

/** Named values of a line; an `Error` under `err` is written with its cause. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Writes log lines.
 *
 * - A message is a constant sentence; what varies is in the fields.
 * - Secrets have no place in either; an implementation redacts what looks like one all the same.
 * - No method throws.
 */
export interface Log {
  info(fields: LogFields, message: string): void;
  /** Something is wrong that the gateway copes with: a tier or an endpoint in trouble. */
  warn(fields: LogFields, message: string): void;
  /** A defect, or trouble that the gateway can't cope with. */
  error(fields: LogFields, message: string): void;
}
