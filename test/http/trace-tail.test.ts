// The live tail: who listens is told, who does not read loses events and never costs memory.
import { expect, test } from 'vitest';
import { createManualTimers } from '../support/manual-timers.ts';
import { get, openAdmin, SUMMARY, storeOf } from './admin-stage.ts';

const HEARTBEAT_MS = 15_000;

test('each call that ends is an event, as the list would show it', async () => {
  const stage = openTail();
  const listener = await stage.listen('?outcome=hit&region=RegionOne');
  expect(listener.response.headers.get('content-type')).toBe('text/event-stream');
  expect(listener.response.headers.get('cache-control')).toBe('no-store');
  expect(stage.watched).toEqual([{ outcome: 'hit', region: 'RegionOne' }]);
  expect(await listener.read()).toBe(': listening\n\n');

  const reading = listener.read();
  stage.end(SUMMARY);
  expect(await reading).toBe(`event: trace\ndata: ${JSON.stringify(SUMMARY)}\n\n`);
});

test('a text with line breaks in it stays one event', async () => {
  const stage = openTail();
  const listener = await stage.listen();
  stage.end({ ...SUMMARY, error: 'a\n\nevent: b' });
  const text = await listener.read();
  expect(text.match(/^event: /gm)).toHaveLength(1);
});

test('who does not read loses events above 256, and is told how many', async () => {
  const stage = openTail();
  const listener = await stage.listen();
  for (let count = 0; count < 300; count += 1) stage.end(SUMMARY);
  const text = await listener.read();
  expect(text.match(/^event: trace$/gm)).toHaveLength(256);
  expect(text).toMatch(/\n\nevent: lost\ndata: \{"count":44\}\n\n$/);

  stage.end(SUMMARY);
  expect(await listener.read()).not.toContain('lost');
});

test('a silent tail says every 15 seconds that it is there', async () => {
  const stage = openTail();
  const listener = await stage.listen();
  await listener.read();
  for (let count = 0; count < 2; count += 1) {
    const reading = listener.read();
    stage.timers.advance(HEARTBEAT_MS);
    expect(await reading).toBe(': still here\n\n');
  }
  // Unread signs of life don't pile up.
  stage.timers.advance(10 * HEARTBEAT_MS);
  expect(await listener.read()).toBe(': still here\n\n');
});

test('the 17th listener is refused until one leaves', async () => {
  const stage = openTail();
  const listeners = [];
  for (let count = 0; count < 16; count += 1) listeners.push(await stage.listen());
  const refused = await stage.listen();
  expect(refused.response.status).toBe(503);
  expect(refused.response.headers.get('retry-after')).toBe('30');
  expect(await refused.response.json()).toHaveProperty('error');

  await listeners[0]?.leave();
  expect(stage.watchers()).toBe(15);
  expect(stage.timers.pending()).toBe(15);
  expect((await stage.listen()).response.status).toBe(200);
});

test('a listener may leave while it waits', async () => {
  const stage = openTail();
  const listener = await stage.listen();
  await listener.read();
  const reading = listener.read();
  await listener.leave();
  expect(await reading).toBe('');
  expect(stage.watchers()).toBe(0);
});

test('the end of the face is the end of every tail', async () => {
  const stage = openTail();
  const [one, other] = [await stage.listen(), await stage.listen()];
  await one.read();
  const reading = one.read();
  stage.end(SUMMARY);
  stage.close();
  expect(await reading).toContain('event: trace');
  expect(await one.read()).toBe('');
  expect(await other.read()).toBe(`: listening\n\n${trace()}`);
  expect(await other.read()).toBe('');
  expect([stage.watchers(), stage.timers.pending()]).toEqual([0, 0]);
});

test('asking for the head alone makes nobody a listener', async () => {
  const { store, watchers } = storeOf([]);
  const admin = openAdmin({ traces: store });
  const head = new Request('http://admin/api/traces/tail', { method: 'HEAD' });
  const response = await admin.fetch(head);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream',
  ]);
  expect(watchers()).toBe(0);
});

test.each(['limit=5', 'outcome=nothing', 'q=%0a'])('%s is refused', async (query) => {
  const { store, watchers } = storeOf([]);
  const response = await get(`/api/traces/tail?${query}`, { traces: store });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ parameter: query.split('=')[0] });
  expect(watchers()).toBe(0);
});

const trace = (): string => `event: trace\ndata: ${JSON.stringify(SUMMARY)}\n\n`;

function openTail() {
  const timers = createManualTimers(0);
  const fake = storeOf([]);
  const admin = openAdmin({ traces: fake.store, timers });
  return {
    ...fake,
    timers,
    close: () => admin.close(),
    async listen(query = '') {
      const response = await admin.fetch(new Request(`http://admin/api/traces/tail${query}`));
      const reader = response.status === 200 ? response.body?.getReader() : undefined;
      return {
        response,
        /** What comes next; empty at the end. */
        async read(): Promise<string> {
          const { value } = (await reader?.read()) ?? {};
          return new TextDecoder().decode(value);
        },
        leave: async () => reader?.cancel(),
      };
    },
  };
}
