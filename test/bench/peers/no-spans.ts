// Tracing that records nothing, under the name of the one that does: see without-spans.ts.
import { randomIds } from '../../../src/adapters/node/runtime.ts';
import { createNoopTracing } from '../../../src/adapters/otel/tracing.ts';
import type { GivenAttributes, Tracing } from '../../../src/ports/tracing.ts';

export function createTracing(): Tracing<GivenAttributes> {
  return createNoopTracing(randomIds);
}
