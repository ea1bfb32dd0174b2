// The wire, with every outcome told to the endpoints' health: only here is each endpoint that was
// tried known, the ones that were passed over too.
import type { Clock } from '../../ports/runtime.ts';
import type { Wire } from '../../ports/wire.ts';
import type { EndpointHealths } from './endpoint-health.ts';

export function watchWire(wire: Wire, healths: EndpointHealths, clock: Clock): Wire {
  return {
    async send(call, request) {
      const startedAt = clock.now();
      const outcome = await wire.send(call, request);
      const { region, endpoint } = request;
      if (outcome.kind === 'answered') {
        const latencyMs = request.body === null ? clock.now() - startedAt : null;
        healths.answered(region, endpoint, latencyMs);
      } else if (outcome.failure.code !== 'client-gone') {
        healths.failed(region, endpoint, outcome.failure.code);
      }
      return outcome;
    },
  };
}
