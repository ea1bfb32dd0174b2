// The origin of each region: picks an endpoint, sends, and goes on to the next where that is safe.
import { GatewayFailure } from '../../core/failure.ts';
import type { Region } from '../../core/region.ts';
import type { Call } from '../../ports/call.ts';
import type { Origin, OriginAnswer, OriginRequest } from '../../ports/origin.ts';
import type { Clock } from '../../ports/runtime.ts';
import type { Wire } from '../../ports/wire.ts';
import { createEndpointRotation, type EndpointRotation } from './endpoint-rotation.ts';
import { clientGone } from './wire-failures.ts';

export interface OriginOptions {
  readonly regions: readonly Region[];
  readonly wire: Wire;
  readonly clock: Clock;
  /** Numbers from 0 up to, not including, 1; asked when the endpoints are shuffled, once. */
  readonly random: () => number;
}

export function createOrigin({ regions, wire, clock, random }: OriginOptions): Origin {
  const rotations = new Map(
    regions.map(({ name, endpoints }) => [name, createEndpointRotation(endpoints, clock, random)]),
  );
  return {
    async send(call, request) {
      const rotation = rotations.get(request.region);
      if (rotation === undefined) {
        throw new GatewayFailure('internal', 'The request was sent to a region that is unknown.');
      }
      return sendInTurn(call, request, rotation, wire);
    },
  };
}

async function sendInTurn(
  call: Call,
  request: OriginRequest,
  rotation: EndpointRotation,
  wire: Wire,
): Promise<OriginAnswer> {
  const safe = request.method === 'GET';
  const waiting = candidates(request, rotation);
  const failures: GatewayFailure[] = [];
  let busy: OriginAnswer | null = null;
  let secondChance = safe && waiting.length === 1;

  for (let attempts = 1; ; attempts += 1) {
    const endpoint = waiting.shift();
    if (endpoint === undefined) break;
    if (call.signal.aborted) {
      failures.push(clientGone(call.signal.reason));
      break;
    }
    const { region, method, target, headers, body } = request;
    const outcome = await wire.send(call, { region, endpoint, method, target, headers, body });

    if (outcome.kind === 'answered') {
      busy?.body.cancel();
      rotation.warm(endpoint);
      const { status, headers, body } = outcome;
      busy = { status, headers, body, endpoint, attempts };
      // Busy, says 503: another endpoint may not be. The answer is kept in case all are.
      if (status !== 503 || !safe || waiting.length === 0) return busy;
      call.watch.attemptFailed(endpoint, '503', true);
      continue;
    }
    failures.push(outcome.failure);
    if (outcome.kind === 'unsent') rotation.cool(endpoint);
    if (outcome.kind === 'cut' && secondChance) {
      // The only endpoint: most such cuts are idle connections that were closed in that moment.
      secondChance = false;
      waiting.push(endpoint);
    }
    const mayGoOn = outcome.kind === 'unsent' || (outcome.kind === 'cut' && safe);
    call.watch.attemptFailed(endpoint, outcome.failure.code, mayGoOn && waiting.length > 0);
    if (!mayGoOn) break;
  }
  return withoutBetterAnswer(call, busy, failures);
}

/** A named endpoint is the only one; without a name it is the region's turn. */
function candidates(request: OriginRequest, rotation: EndpointRotation): string[] {
  if (request.endpoint === null) return [...rotation.turn()];
  if (rotation.has(request.endpoint)) return [request.endpoint];
  throw new GatewayFailure('internal', 'The request names an endpoint that is not configured.');
}

/** A 503 of one endpoint says more than a failure of the next; a client that has gone wants neither. */
function withoutBetterAnswer(
  call: Call,
  busy: OriginAnswer | null,
  failures: readonly GatewayFailure[],
): OriginAnswer {
  if (busy !== null && !call.signal.aborted) return busy;
  busy?.body.cancel();
  const last = failures.at(-1);
  if (last === undefined) {
    throw new GatewayFailure('origin-unreachable', 'The region has no endpoint.');
  }
  if (failures.length === 1 || last.code !== 'origin-unreachable') throw last;
  throw new GatewayFailure('origin-unreachable', last.message, {
    cause: new AggregateError(failures, `${failures.length} attempts failed`),
  });
}
