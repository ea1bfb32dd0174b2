// Whoever watches calls end, for tests that care for the calls alone.
import type { TraceListener, TraceSummary } from '../../src/ports/trace-store.ts';

export function listening(ended: (call: TraceSummary) => void): TraceListener {
  return { ended, lost: () => undefined };
}
