// What a process asks of its siblings, traced as what it asks of an origin: their own spans hang under
// these, so that a call is one trace however many processes have a part in it.
import type { Counters } from '../ports/call-observer.ts';
import type { Siblings } from '../ports/siblings.ts';
import type { GatewayTracing } from '../ports/tracing.ts';
import { traceOrigin } from './traced-origin.ts';

/** The tracing of what siblings ask of this process: their calls say that they are none of a client's. */
export function tracingOfSiblings(tracing: GatewayTracing): GatewayTracing {
  return {
    ...tracing,
    server: (name, headers, attributes) =>
      // Whether its trace is sampled has been decided where the client's call came in.
      tracing.server(name, headers, { ...attributes, 'glance_edge.sibling': true }, 'trusted'),
  };
}

export function traceSiblings(
  siblings: Siblings,
  tracing: GatewayTracing,
  counters: Counters,
): Siblings {
  return {
    ...siblings,
    async take(key) {
      const lease = await siblings.take(key);
      if (lease.kind === 'ours') return lease;
      return { kind: 'theirs', face: traceOrigin(lease.face, tracing, counters) };
    },
    async holder(key) {
      const face = await siblings.holder(key);
      return face && traceOrigin(face, tracing, counters);
    },
  };
}
