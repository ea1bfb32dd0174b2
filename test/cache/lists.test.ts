import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { createEpochs } from '../../src/cache/epochs.ts';
import { createLists, type ListQuestion } from '../../src/cache/lists.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import { ALONE } from '../../src/ports/siblings.ts';
import { createGate } from '../support/gate.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { createAnsweringOrigin, type GivenAnswer, json, text } from './world/answering-origin.ts';
import { aCall, aCaller, countingIds, imageId, inBackground, STOPPED } from './world/calls.ts';

function scene(answer: (count: number) => GivenAnswer | Promise<GivenAnswer>) {
  const clock = createManualTimers();
  const origin = createAnsweringOrigin((_, count) => answer(count));
  const shared = createTierStack({
    tiers: [],
    background: inBackground,
    clock: STOPPED,
    blocks: plainBlocks,
    onTrouble: () => {},
  });
  const ids = countingIds();
  const epochs = createEpochs({
    siblings: ALONE,
    shared,
    clock,
    ids,
    believeMs: 1_000,
    lifetimeMs: 1_000,
  });
  const lists = createLists(origin, epochs, clock);
  const ask = (change: Partial<ListQuestion> = {}, signal?: AbortSignal) =>
    lists.read(aCall(signal), {
      region: 'One',
      target: '/v2/images?limit=1',
      caller: aCaller('a'),
      headers: [],
      ...change,
    });
  return { origin, epochs, ask };
}

test('a list is never kept, and comes as the origin sent it', async () => {
  const headers = [['X-A', '1']] as const;
  const { origin, ask } = scene((count) => ({ status: 203, headers, pieces: [text(`${count}`)] }));
  expect(await ask()).toMatchObject({
    answer: { status: 203, headers, body: text('0') },
    collapsed: false,
  });
  expect(await ask()).toMatchObject({ answer: { body: text('1') }, collapsed: false });
  expect(origin.requests[0]).toMatchObject({ method: 'GET', target: '/v2/images?limit=1' });
});

test('the same list asked for at the same time is asked for once', async () => {
  const gate = createGate();
  const { origin, ask } = scene(async (count) => {
    await gate.opened;
    return json(count);
  });
  const reads = [ask(), ask()];
  await setImmediate();
  gate.open();
  const got = await Promise.all(reads);
  expect(got).toMatchObject([{ collapsed: false }, { collapsed: true }]);
  expect(origin.requests).toHaveLength(1);
});

test.each<[string, Partial<ListQuestion>]>([
  ['caller', { caller: aCaller('b') }],
  ['region', { region: 'Two' }],
  ['query', { target: '/v2/images?limit=2' }],
  ['format', { headers: [['accept', 'text/plain']] }],
])('another %s is another list', async (_, change) => {
  const gate = createGate();
  const { origin, ask } = scene(async (count) => {
    await gate.opened;
    return json(count);
  });
  const reads = [ask(), ask(change)];
  await setImmediate();
  expect(origin.requests).toHaveLength(2);
  gate.open();
  await Promise.all(reads);
});

test('a list from before a write is not shared after it', async () => {
  const gate = createGate();
  const { origin, epochs, ask } = scene(async (count) => {
    await gate.opened;
    return json(count);
  });
  const before = ask();
  await setImmediate();
  await epochs.begin('One', [imageId(1)]);
  const after = ask();
  await epochs.begin('Two', []);
  const joined = ask();
  await setImmediate();
  expect(origin.requests).toHaveLength(2);
  gate.open();
  expect(await Promise.all([before, after, joined])).toMatchObject([
    { collapsed: false },
    { collapsed: false },
    { collapsed: true },
  ]);
});

test('a list too large to be held is left unread', async () => {
  const pieces = Array.from({ length: 100 }, () => new Uint8Array(4 * 1024 * 1024));
  const { origin, ask } = scene(() => ({ pieces }));
  expect(await ask()).toEqual({ kind: 'oversized' });
  expect([origin.open(), origin.reads()]).toEqual([0, 5]);
});

test('its question is given up when the last who waits has left', async () => {
  const gate = createGate();
  const { origin, ask } = scene(async (count) => {
    await gate.opened;
    return json(count);
  });
  const gone = new AbortController();
  const reading = ask({}, gone.signal);
  await setImmediate();
  gone.abort();
  await expect(reading).rejects.toMatchObject({ code: 'client-gone' });
  expect(origin.calls[0]?.signal.aborted).toBe(true);
  gate.open();
});
