import { expect, it } from 'vitest';
import { createLeaseDesk, GIVE_BACK, HOLDER, TAKE } from '../../../src/entry/workers/lease-desk.ts';
import { type ChannelPair, openChannelPair } from './channel-pair.ts';

it('gives each key to one worker, until it gives it back', async () => {
  const [one, other] = desk();
  expect(await Promise.all([one, other].map((line) => line.worker.ask(TAKE, 'a')))).toEqual([1, 1]);
  expect(await other.worker.ask(TAKE, 'b')).toBe(2);
  expect(await one.worker.ask(TAKE, 'a'), 'again').toBe(1);
  expect(await other.worker.ask(HOLDER, 'a')).toBe(1);
  one.worker.tell(GIVE_BACK, 'a');
  expect(await one.worker.ask(HOLDER, 'a')).toBe(null);
  expect(await other.worker.ask(TAKE, 'a')).toBe(2);
});

it('takes nothing from the one who holds it', async () => {
  const [one, other] = desk();
  await one.worker.ask(TAKE, 'a');
  other.worker.tell(GIVE_BACK, 'a');
  expect(await other.worker.ask(HOLDER, 'a')).toBe(1);
});

it('frees what a worker held that has gone', async () => {
  const [one, other] = desk();
  await one.worker.ask(TAKE, 'a');
  await other.worker.ask(TAKE, 'b');
  one.die();
  expect(await other.worker.ask(TAKE, 'a')).toBe(2);
  expect(await other.worker.ask(HOLDER, 'b')).toBe(2);
});

function desk(): readonly [ChannelPair, ChannelPair] {
  const leases = createLeaseDesk();
  const lines = [openChannelPair(), openChannelPair()] as const;
  for (const [at, line] of lines.entries()) leases.serve(at + 1, line.primary);
  return lines;
}
