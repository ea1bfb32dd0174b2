// The numbers among the OTEL_* variables: all of them are sizes or times, and none may be 0.
import { getNumberFromEnv } from '@opentelemetry/core';

export function positiveFromEnv(variable: string, fallback: number): number {
  const value = getNumberFromEnv(variable);
  return value !== undefined && value > 0 ? value : fallback;
}
