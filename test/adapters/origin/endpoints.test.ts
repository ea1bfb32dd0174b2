// Which endpoints a request reaches, and in which order, told by the ledger of a scripted wire.
import { describe, expect, it } from 'vitest';
import { createOrigin } from '../../../src/adapters/origin/endpoints.ts';
import { GatewayFailure } from '../../../src/core/failure.ts';
import type { Origin, OriginRequest } from '../../../src/ports/origin.ts';
import type { Wire, WireOutcome } from '../../../src/ports/wire.ts';
import { createManualTimers, type ManualTimers } from '../../support/manual-timers.ts';
import { aCall } from '../../support/wire-calls.ts';

const A = 'http://a.example/image';
const B = 'http://b.example';
const C = 'http://c.example';

const unsent = failing('unsent', 'origin-unreachable');
const cut = failing('cut', 'origin-unreachable');
const late = failing('given-up', 'origin-timeout');

/** Endpoints in the order in which they were asked, with cancelled bodies as "x" + endpoint. */
interface Scene {
  readonly origin: Origin;
  readonly ledger: string[];
  readonly time: ManualTimers;
  readonly send: (parts?: Partial<OriginRequest>) => Promise<string>;
}

/** An origin over endpoints in configured order, each of which does what `plans` says, call by call. */
function createScene(plans: Readonly<Record<string, readonly (number | WireOutcome)[]>>): Scene {
  const ledger: string[] = [];
  const time = createManualTimers(1_000_000);
  const left = new Map(Object.entries(plans).map(([name, plan]) => [name, [...plan]]));
  const wire: Wire = {
    async send(_, { endpoint }) {
      ledger.push(endpoint);
      const step = left.get(endpoint)?.shift() ?? 200;
      return typeof step === 'number' ? answering(step, () => ledger.push(`x${endpoint}`)) : step;
    },
  };
  const regions = [
    { name: 'RegionOne', endpoints: Object.keys(plans), hosts: [] },
    { name: 'RegionTwo', endpoints: ['http://other.example'], hosts: [] },
  ];
  const origin = createOrigin({ regions, wire, clock: time, random: () => 0 });
  return {
    origin,
    ledger,
    time,
    async send(parts = {}) {
      const request = { ...aRequest(), ...parts };
      const { status, endpoint, attempts } = await origin.send(aCall(), request);
      return `${status} ${endpoint} ${attempts}`;
    },
  };
}

function aRequest(): OriginRequest {
  return {
    region: 'RegionOne',
    endpoint: null,
    method: 'GET',
    target: '/v2/images',
    headers: [],
    body: null,
  };
}

function answering(status: number, onCancel: () => void): WireOutcome {
  return {
    kind: 'answered',
    status,
    headers: [],
    body: { read: async () => null, cancel: onCancel },
  };
}

function failing(
  kind: 'unsent' | 'cut' | 'given-up',
  code: 'origin-unreachable' | 'origin-timeout',
): WireOutcome {
  return { kind, failure: new GatewayFailure(code, `${kind} ${code}`) };
}

describe('the choice of endpoints', () => {
  it('goes round, one endpoint per request', async () => {
    const { send, ledger } = createScene({ [A]: [], [B]: [], [C]: [] });
    for (const _ of [1, 2, 3, 4]) await send();
    expect(ledger).toEqual([A, B, C, A]);
  });

  it('begins in an order shuffled by chance, once', async () => {
    const wire: Wire = {
      async send(_, { endpoint }) {
        seen.push(endpoint);
        return answering(200, () => {});
      },
    };
    const seen: string[] = [];
    const draws = [0.99, 0.5, 0];
    const origin = createOrigin({
      regions: [{ name: 'RegionOne', endpoints: [A, B, C], hosts: [] }],
      wire,
      clock: { now: () => 0 },
      random: () => draws.shift() ?? Number.NaN,
    });
    for (const _ of [1, 2, 3, 4]) await origin.send(aCall(), aRequest());
    expect(seen).toEqual([C, B, A, C]);
  });

  it('is taken by a request that names its endpoint, and by no other then', async () => {
    const { send, ledger } = createScene({ [A]: [], [B]: [unsent] });
    await expect(send({ endpoint: B })).rejects.toMatchObject({ code: 'origin-unreachable' });
    expect(ledger).toEqual([B]);
  });

  it('never leaves what is configured', async () => {
    const { send, ledger } = createScene({ [A]: [] });
    for (const parts of [{ endpoint: 'http://evil.example' }, { region: 'Nowhere' }]) {
      await expect(send(parts)).rejects.toMatchObject({ code: 'internal' });
    }
    expect(ledger).toEqual([]);
  });
});

describe('failover', () => {
  it('goes on with any method while nothing was sent', async () => {
    const { send, ledger } = createScene({ [A]: [unsent], [B]: [unsent], [C]: [201] });
    expect(await send({ method: 'POST' })).toBe(`201 ${C} 3`);
    expect(ledger).toEqual([A, B, C]);
  });

  it('goes on after a cut with GET alone', async () => {
    const reads = createScene({ [A]: [cut], [B]: [] });
    expect(await reads.send()).toBe(`200 ${B} 2`);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const writes = createScene({ [A]: [cut], [B]: [] });
      await expect(writes.send({ method })).rejects.toMatchObject({ code: 'origin-unreachable' });
      expect(writes.ledger).toEqual([A]);
    }
  });

  it('gives the only endpoint a second chance after a cut, once', async () => {
    const closing = createScene({ [A]: [cut] });
    expect(await closing.send()).toBe(`200 ${A} 2`);
    const dead = createScene({ [A]: [cut, cut, cut] });
    await expect(dead.send()).rejects.toMatchObject({ code: 'origin-unreachable' });
    expect(dead.ledger).toEqual([A, A]);
    const refusing = createScene({ [A]: [unsent] });
    await expect(refusing.send()).rejects.toMatchObject({ code: 'origin-unreachable' });
    expect(refusing.ledger).toEqual([A]);
  });

  it('stops where patience ended', async () => {
    const { send, ledger } = createScene({ [A]: [late], [B]: [] });
    await expect(send()).rejects.toMatchObject({ code: 'origin-timeout' });
    expect(ledger).toEqual([A]);
  });

  it('tells of every attempt when all have failed', async () => {
    const { send } = createScene({ [A]: [unsent], [B]: [cut] });
    await expect(send()).rejects.toMatchObject({
      code: 'origin-unreachable',
      cause: {
        errors: [{ message: 'unsent origin-unreachable' }, { message: 'cut origin-unreachable' }],
      },
    });
  });

  it('looks past a 503 with GET, and drops that answer', async () => {
    const { send, ledger } = createScene({ [A]: [503], [B]: [200] });
    expect(await send()).toBe(`200 ${B} 2`);
    expect(ledger).toEqual([A, B, `x${A}`]);
    const writes = createScene({ [A]: [503], [B]: [200] });
    expect(await writes.send({ method: 'PUT' })).toBe(`503 ${A} 1`);
  });

  it('answers 503 when all do, with the last', async () => {
    const { send, ledger } = createScene({ [A]: [503], [B]: [503] });
    expect(await send()).toBe(`503 ${B} 2`);
    expect(ledger).toEqual([A, B, `x${A}`]);
  });

  it('answers 503 when that was all that was heard', async () => {
    for (const worse of [unsent, cut, late]) {
      const { send, ledger } = createScene({ [A]: [503], [B]: [worse] });
      expect(await send()).toBe(`503 ${A} 1`);
      expect(ledger).toEqual([A, B]);
    }
  });

  it('does not go on for a client that has gone', async () => {
    const abort = new AbortController();
    const ledger: string[] = [];
    const wire: Wire = {
      async send(_, { endpoint }) {
        ledger.push(endpoint);
        abort.abort();
        return answering(503, () => ledger.push('cancelled'));
      },
    };
    const origin = createOrigin({
      regions: [{ name: 'RegionOne', endpoints: [A, B], hosts: [] }],
      wire,
      clock: { now: () => 0 },
      random: () => 0,
    });
    await expect(origin.send(aCall(abort.signal), aRequest())).rejects.toMatchObject({
      code: 'client-gone',
    });
    expect(ledger).toEqual([A, 'cancelled']);
  });
});

describe('an endpoint that refused a connection', () => {
  it('comes last for a while', async () => {
    const { send, ledger, time } = createScene({ [A]: [unsent], [B]: [], [C]: [] });
    for (const _ of [1, 2, 3]) await send();
    expect(ledger).toEqual([A, B, B, C]);
    // It is A's turn again, but A is cooling off.
    expect(await send()).toBe(`200 ${B} 1`);
    time.advance(5_000);
    for (const _ of [1, 2, 3]) await send();
    expect(ledger.slice(5)).toEqual([B, C, A]);
  });

  it('is never left out', async () => {
    const { send } = createScene({ [A]: [unsent], [B]: [200, unsent] });
    await send();
    expect(await send()).toBe(`200 ${A} 2`);
  });

  it('is back in its turn as soon as it has answered', async () => {
    const { send, ledger } = createScene({ [A]: [unsent], [B]: [unsent, unsent] });
    await expect(send()).rejects.toMatchObject({ code: 'origin-unreachable' });
    expect(await send()).toBe(`200 ${A} 2`);
    expect(await send()).toBe(`200 ${A} 1`);
    expect(ledger).toEqual([A, B, B, A, A]);
  });
});
