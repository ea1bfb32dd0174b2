// Request ids of answers that no origin had a part in.
import type { TraceContext } from '../ports/call.ts';

/** The trace id in the form of Glance's request ids: whoever is shown one finds the trace by it. */
export function gatewayRequestId(trace: TraceContext): string {
  const id = trace.traceId;
  const [a, b] = [id.slice(0, 8), id.slice(8, 12)];
  return `req-${a}-${b}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}
