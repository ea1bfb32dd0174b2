import { expect, it } from 'vitest';
import { ALIVE, DRAIN, FAILED, UP } from '../../../src/entry/workers/life.ts';
import { createSupervisor } from '../../../src/entry/workers/supervisor.ts';
import { createManualTimers } from '../../support/manual-timers.ts';
import { type ChannelPair, openChannelPair } from './channel-pair.ts';

const PATIENCE = 10_000;

it('is up when all are, and says where', async () => {
  const { supervisor, workers } = scene(2);
  const begun = supervisor.begin();
  workers[0]?.line.worker.tell(UP, { url: 'http://edge' });
  await turns();
  expect(supervisor.state()).toEqual({ wanted: 2, ready: 1, died: 0, draining: false });
  workers[1]?.line.worker.tell(UP, { url: 'http://edge' });
  expect(await begun).toBe('http://edge');
  expect(supervisor.state()).toMatchObject({ ready: 2 });
});

it('ends all when one can not start, with what that one said', async () => {
  const { supervisor, workers } = scene(3);
  const begun = supervisor.begin();
  workers[0]?.line.worker.tell(UP, { url: 'http://edge' });
  workers[0]?.line.worker.on(DRAIN, () => workers[0]?.exit());
  const failure = begun.catch((thrown: unknown) => thrown);
  const said = { message: 'It is taken.', code: 'EADDRINUSE' };
  // It may be killed before it has its answer.
  await workers[1]?.line.worker.ask(FAILED, said).catch(() => undefined);
  await turns();
  // The third one has not said anything yet: it is killed.
  expect(await failure).toMatchObject({ message: 'It is taken.', code: 'EADDRINUSE' });
  expect(workers.map(({ over }) => over())).toEqual([true, true, true]);
});

it('starts another one for each that ends, later and later while they do not last', async () => {
  const { supervisor, workers, timers } = await running(1);
  const pauses: number[] = [];
  for (let death = 0; death < 10; death += 1) {
    workers.at(-1)?.exit();
    await turns();
    const before = workers.length;
    let waited = 0;
    while (workers.length === before) {
      timers.advance(250);
      waited += 250;
    }
    pauses.push(waited);
    workers.at(-1)?.line.worker.tell(UP, { url: 'http://edge' });
    await turns();
  }
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(supervisor.state()).toEqual({ wanted: 1, ready: 1, died: 10, draining: false });
  timers.advance(60_000);
  workers.at(-1)?.exit();
  await turns();
  const before = workers.length;
  timers.advance(250);
  expect(workers.length, 'one that lasted').toBe(before + 1);
});

it('goes on when one that takes another one’s place can not start', async () => {
  const { workers, timers } = await running(1);
  workers[0]?.exit();
  await turns();
  timers.advance(250);
  await workers[1]?.line.worker.ask(FAILED, { message: 'Not now.', code: null });
  workers[1]?.exit();
  await turns();
  timers.advance(500);
  expect(workers).toHaveLength(3);
});

it('kills one that hangs, and starts another one', async () => {
  const { workers, timers } = await running(1);
  const [one] = workers;
  timers.advance(10_000);
  await turns();
  timers.advance(35_000);
  await turns();
  expect(one?.over(), 'while it answers').toBe(false);
  one?.line.hang();
  timers.advance(10_000);
  await turns();
  timers.advance(29_999);
  expect(one?.over()).toBe(false);
  timers.advance(1);
  await turns();
  expect(one?.over()).toBe(true);
  timers.advance(250);
  expect(workers).toHaveLength(2);
});

it('lets all finish at the end, kills who takes too long, and starts none any more', async () => {
  const { supervisor, workers, timers } = await running(3);
  workers[0]?.line.worker.on(DRAIN, () => workers[0]?.exit());
  workers[1]?.exit();
  await turns();
  let over = false;
  const ended = supervisor.end().then(() => {
    over = true;
  });
  await turns();
  expect(workers.map((worker) => worker.over())).toEqual([true, true, false]);
  timers.advance(PATIENCE - 1);
  await turns();
  expect(over).toBe(false);
  timers.advance(1);
  await ended;
  expect(workers).toHaveLength(3);
  expect(supervisor.state()).toMatchObject({ ready: 0, died: 1, draining: true });
});

async function running(count: number) {
  const opened = scene(count);
  const begun = opened.supervisor.begin();
  for (const { line } of opened.workers) line.worker.tell(UP, { url: 'http://edge' });
  await begun;
  return opened;
}

interface FakeWorker {
  readonly line: ChannelPair;
  exit(): void;
  readonly over: () => boolean;
}

function scene(count: number) {
  const timers = createManualTimers();
  const workers: FakeWorker[] = [];
  const supervisor = createSupervisor({
    count,
    clock: timers,
    timers,
    log: { info() {}, warn() {}, error() {} },
    patienceMs: PATIENCE,
    start() {
      const line = openChannelPair();
      line.worker.on(ALIVE, () => undefined);
      const { promise: ended, resolve } = Promise.withResolvers<string>();
      let over = false;
      const exit = (): void => {
        over = true;
        line.die();
        resolve('status 1');
      };
      workers.push({ line, exit, over: () => over });
      return { channel: line.primary, kill: exit, ended };
    },
  });
  return { timers, workers, supervisor };
}

/** More than any message here takes. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
