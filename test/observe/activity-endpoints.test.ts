// The health of endpoints, as the gateway's own requests show it.
import { expect, test } from 'vitest';
import { GatewayFailure } from '../../src/core/failure.ts';
import { createEndpointHealths } from '../../src/observe/activity/endpoint-health.ts';
import { watchWire } from '../../src/observe/activity/watched-wire.ts';
import type { Wire, WireOutcome } from '../../src/ports/wire.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { aBody, aCall, aRequest } from '../support/wire-calls.ts';

const ONE = 'http://one.example:9292';
const TWO = 'http://two.example:9292/image';

test('before the first request nothing is known', () => {
  const { health } = open();
  expect(health(ONE)).toEqual({
    url: ONE,
    state: 'untried',
    answers: 0,
    failures: 0,
    lastAnswerAt: null,
    lastFailure: null,
    latencyMs: null,
  });
});

test('regions are told in the order of the configuration, with the default one marked', () => {
  const { healths } = open();
  expect(healths.regions().map(({ name, isDefault }) => [name, isDefault])).toEqual([
    ['RegionOne', true],
    ['RegionTwo', false],
  ]);
});

test('the average moves with each answer, by a fifth', async () => {
  const { ask, health } = open();
  await ask(ONE, answer(200), 100);
  expect(health(ONE)).toMatchObject({ state: 'up', answers: 1, latencyMs: 100, lastAnswerAt: 100 });
  await ask(ONE, answer(503), 200);
  expect(health(ONE)).toMatchObject({ state: 'up', answers: 2, latencyMs: 120 });
});

test('how long an upload took says nothing of the endpoint', async () => {
  const { ask, health } = open();
  await ask(ONE, answer(204), 60_000, aBody(['data']));
  expect(health(ONE)).toMatchObject({ state: 'up', answers: 1, latencyMs: null });
});

test('an endpoint that does not answer is failing until it does', async () => {
  const { ask, health } = open();
  await ask(TWO, failure('unsent', 'origin-unreachable'), 5);
  await ask(TWO, failure('given-up', 'origin-timeout'), 30);
  expect(health(TWO)).toMatchObject({
    state: 'failing',
    failures: 2,
    lastFailure: { code: 'origin-timeout', at: 35 },
    latencyMs: null,
  });
  expect(health(ONE)?.state).toBe('untried');
  await ask(TWO, answer(200), 5);
  expect(health(TWO)).toMatchObject({ state: 'up', failures: 2, answers: 1 });
});

test('a client that leaves is no failure of the endpoint', async () => {
  const { ask, health } = open();
  await ask(ONE, failure('given-up', 'client-gone'), 5);
  expect(health(ONE)).toMatchObject({ state: 'untried', failures: 0 });
});

test('the outcome goes on as it is', async () => {
  const { ask } = open();
  const outcome = answer(200);
  expect(await ask(ONE, outcome, 1)).toBe(outcome);
});

function open() {
  const clock = createManualTimers(0);
  const configured = [
    { name: 'RegionOne', endpoints: [ONE, TWO] },
    { name: 'RegionTwo', endpoints: [ONE] },
  ];
  const healths = createEndpointHealths(configured, 'RegionOne', clock);
  return {
    healths,
    health: (url: string) => healths.regions()[0]?.endpoints.find((known) => known.url === url),
    /** One request that takes so long and ends so. */
    ask: (
      endpoint: string,
      outcome: WireOutcome,
      ms: number,
      body: ReadableStream<Uint8Array> | null = null,
    ): Promise<WireOutcome> => {
      const wire: Wire = {
        send: () => {
          clock.advance(ms);
          return Promise.resolve(outcome);
        },
      };
      return watchWire(wire, healths, clock).send(aCall(), aRequest(endpoint, { body }));
    },
  };
}

function answer(status: number): WireOutcome {
  const body = { read: () => Promise.resolve(null), cancel: () => undefined };
  return { kind: 'answered', status, headers: [], body };
}

function failure(
  kind: 'unsent' | 'given-up',
  code: 'origin-unreachable' | 'origin-timeout' | 'client-gone',
): WireOutcome {
  return { kind, failure: new GatewayFailure(code, 'for the test') };
}
