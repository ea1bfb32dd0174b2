// A gateway that shuts down is told when its calls are over, instead of asking now and then.
import { expect, test } from 'vitest';
import { randomIds, systemClock } from '../../src/adapters/node/runtime.ts';
import { createNoopTracing } from '../../src/adapters/otel/tracing.ts';
import { createGlanceApp } from '../../src/http/app.ts';
import type { CallSummary } from '../../src/ports/call-observer.ts';
import type { Serve } from '../../src/serve/serve.ts';
import { createGate } from '../support/gate.ts';

const REQUEST = new Request('http://edge.example/v2/images');

function openApp(serve: Serve) {
  const ended: CallSummary[] = [];
  const app = createGlanceApp({
    table: {
      regions: [{ name: 'One', endpoints: ['http://glance.invalid'], hosts: [] }],
      defaultRegion: 'One',
      publicUrl: null,
    },
    serve,
    tracing: createNoopTracing(randomIds),
    observers: [{ ended: (summary) => void ended.push(summary) }],
    log: { info: () => {}, warn: () => {}, error: () => {} },
    clock: systemClock,
    keyed: (text) => text,
    maxCalls: 8,
  });
  return { app, ended };
}

test('with no call under way the gateway is drained at once', async () => {
  const { app } = openApp(async () => ({ status: 200, headers: [], body: null }));
  await app.drain();
});

test('the last byte of the last call drains the gateway, and its observers have been told by then', async () => {
  const gate = createGate();
  let left = 2;
  const body = {
    async read() {
      left -= 1;
      if (left > 0) return new Uint8Array(3);
      await gate.opened;
      return null;
    },
    cancel: () => undefined,
    sent: () => undefined,
  };
  const { app, ended } = openApp(async () => ({ status: 200, headers: [], body }));
  const answer = await app.fetch(REQUEST);
  let drained = false;
  const draining = app.drain().then(() => {
    drained = true;
  });
  expect((await app.fetch(REQUEST)).status).toBe(503);
  const reader = answer.body?.getReader();
  expect((await reader?.read())?.value).toHaveLength(3);
  expect([drained, ended.length]).toEqual([false, 1]);
  gate.open();
  expect((await reader?.read())?.done).toBe(true);
  await draining;
  expect([app.underWay(), ended.length]).toEqual([0, 2]);
});
