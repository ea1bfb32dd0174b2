// Request ids of answers that no origin had a part in.
import type { TraceContext } from '../ports/call.ts';

/** The trace id in the form of Glance's request ids: whoever is shown one finds the trace by it. */
export function gatewayRequestId(trace: TraceContext): string {
  const id = trace.traceId;
  const cuts = [0, 8, 12, 16, 20, 32];
  return `req-${cuts
    .slice(1)
    .map((end, at) => id.slice(cuts[at], end))
    .join('-')}`;
}
