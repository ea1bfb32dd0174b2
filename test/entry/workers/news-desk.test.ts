import { expect, it } from 'vitest';
import { createNewsDesk, NEWS } from '../../../src/entry/workers/news-desk.ts';
import type { News } from '../../../src/ports/siblings.ts';
import { createManualTimers } from '../../support/manual-timers.ts';
import { type ChannelPair, openChannelPair } from './channel-pair.ts';

const REFUSED: News = { kind: 'refused', right: 'a right' };

it('tells all others, and only then the one who told it', async () => {
  const { lines, heard } = scene(3);
  await lines[0]?.worker.ask(NEWS, REFUSED);
  expect(heard).toEqual([[], [REFUSED], [REFUSED]]);
});

it('settles at once when there is nobody else', async () => {
  const { lines } = scene(1);
  await lines[0]?.worker.ask(NEWS, REFUSED);
});

it('ends a worker that does not answer in time, and goes on when it has gone', async () => {
  const { timers, lines, ended } = scene(3);
  const [one, hung] = lines;
  hung?.hang();
  let told = false;
  const telling = one?.worker.ask(NEWS, REFUSED).then(() => {
    told = true;
  });
  await turns();
  timers.advance(4_999);
  await turns();
  expect([told, ended]).toEqual([false, []]);
  timers.advance(1);
  await telling;
  expect(ended).toEqual([2]);
});

it('does not wait for a worker that ends meanwhile', async () => {
  const { timers, lines, ended } = scene(2);
  const [one, other] = lines;
  other?.hang();
  const telling = one?.worker.ask(NEWS, REFUSED);
  await turns();
  other?.die();
  await telling;
  expect([ended, timers.pending()]).toEqual([[], 0]);
});

it('ends a worker that could not take it in', async () => {
  const { lines, ended } = scene(2);
  const [one, other] = lines;
  other?.worker.on(NEWS, () => {
    throw new Error('A defect.');
  });
  await one?.worker.ask(NEWS, REFUSED);
  expect(ended).toEqual([2]);
});

function scene(count: number) {
  const timers = createManualTimers();
  const desk = createNewsDesk(timers);
  const lines: ChannelPair[] = [];
  const heard: News[][] = [];
  const ended: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const line = openChannelPair();
    const news: News[] = [];
    line.worker.on(NEWS, (told) => void news.push(told));
    desk.serve(at + 1, line.primary, () => {
      ended.push(at + 1);
      line.die();
    });
    lines.push(line);
    heard.push(news);
  }
  return { timers, lines, heard, ended };
}

/** More than any message here takes. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
