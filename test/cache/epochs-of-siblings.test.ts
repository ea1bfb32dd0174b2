// Epochs of several processes of one gateway, on tiers that they share.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { createEpochs, type Epochs } from '../../src/cache/epochs.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import { UNWATCHED } from '../../src/ports/call.ts';
import { ALONE, type News } from '../../src/ports/siblings.ts';
import type { Tier } from '../../src/ports/tier.ts';
import { createGate } from '../support/gate.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { countingIds, imageId, inBackground } from './world/calls.ts';
import { createFakeTier } from './world/fake-tier.ts';

const BELIEVE = 10;
const LIFETIME = 70;
const IMAGE = imageId(1);

test('what one process begins the others go by when it is told', async () => {
  const { all } = siblings(3, [createFakeTier({ name: 'disk', blocks: plainBlocks })]);
  const before = await Promise.all(all.map(epochOf));
  expect(new Set(before).size).toBe(1);
  await all[0]?.begin('One', [IMAGE]);
  const after = await Promise.all(all.map(epochOf));
  expect(new Set(after).size).toBe(1);
  expect(after[0]).not.toBe(before[0]);
  expect(all.map((epochs) => epochs.ofRegion('One'))).toEqual(
    Array.from({ length: 3 }, () => all[0]?.ofRegion('One')),
  );
});

test('of two that were begun at once the tier may know the one that was over first: it stays over', async () => {
  const disk = createFakeTier({ name: 'disk', blocks: plainBlocks });
  const gate = createGate();
  let stores = 0;
  const slow: Tier = {
    ...disk,
    async store(...given) {
      stores += 1;
      if (stores === 1) await gate.opened;
      return disk.store(...given);
    },
  };
  const { all, clock } = siblings(2, [slow]);
  const [one, other] = all;
  if (!one || !other) throw new Error('There are two.');
  const first = one.begin('One', [IMAGE]);
  const left = await epochOf(one);
  await other.begin('One', [IMAGE]);
  const entered = await epochOf(one);
  expect(entered).not.toBe(left);
  gate.open();
  await first;
  clock.advance(BELIEVE);
  expect(await epochOf(one)).toBe(entered);
});

test('what is kept under an epoch before a write begins is seen by nobody when the write is over', async () => {
  const disk = createFakeTier({ name: 'disk', blocks: plainBlocks });
  const gate = createGate();
  let stores = 0;
  const slow: Tier = {
    ...disk,
    async store(...given) {
      stores += 1;
      if (stores === 1) await gate.opened;
      return disk.store(...given);
    },
  };
  const { all } = siblings(3, [slow]);
  const [one, other] = all;
  if (!one || !other) throw new Error('There are three.');
  const first = one.begin('One', [IMAGE]);
  const kept = await epochOf(one);
  await other.begin('One', [IMAGE]);
  gate.open();
  await first;
  for (const epochs of all) expect(await epochOf(epochs)).not.toBe(kept);
  await one.begin('One', [IMAGE]);
  await other.begin('One', [IMAGE]);
  expect(new Set(await Promise.all(all.map(epochOf))).size, 'one again').toBe(1);
});

test('in whatever order tiers and processes hear of what is begun at once, nobody sees an old epoch again', () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ who: fc.nat(2), what: fc.constantFrom('begin', 'look', 'wait') }), {
        maxLength: 12,
      }),
      async (scheduler, steps) => {
        const disk = createFakeTier({ name: 'disk', blocks: plainBlocks });
        const slow: Tier = {
          ...disk,
          lookup: (key) => scheduler.schedule(Promise.resolve()).then(() => disk.lookup(key)),
          store: (...given) =>
            scheduler.schedule(Promise.resolve()).then(() => disk.store(...given)),
        };
        const { all, clock } = siblings(3, [slow], () => scheduler.schedule(Promise.resolve()));
        const seen = all.map((): string[] => []);
        /** When anybody last kept something under each, and which of them a write has ended. */
        const kept = new Map<string, number>();
        const ended = new Map<string, number>();
        // Each looks once at a time: of two looks at once either may be the first to be answered.
        const looks = all.map(() => Promise.resolve());
        const look = async (who: number): Promise<void> => {
          const over = new Map(ended);
          const epoch = await all[who]?.of('One', IMAGE, UNWATCHED);
          if (epoch === undefined) return;
          const endedAt = over.get(epoch) ?? Number.NEGATIVE_INFINITY;
          expect(clock.now() < endedAt + BELIEVE, `${epoch} has ended`).toBe(false);
          kept.set(epoch, clock.now());
          const known = seen[who] ?? [];
          if (known.at(-1) === epoch) return;
          expect(known).not.toContain(epoch);
          known.push(epoch);
        };
        const write = async (who: number): Promise<void> => {
          const before = [...kept];
          await all[who]?.begin('One', [IMAGE]);
          for (const [epoch, at] of before) ended.set(epoch, at);
        };
        const take = ({ who, what }: (typeof steps)[number]): Promise<void> | undefined => {
          if (what === 'wait') clock.advance(BELIEVE);
          if (what === 'begin') return write(who);
          looks[who] = (looks[who] ?? Promise.resolve()).then(() => look(who));
          return looks[who];
        };
        const works = steps.map(async (step) => {
          await scheduler.schedule(Promise.resolve());
          await take(step);
        });
        await scheduler.waitFor(Promise.all(works));
        await Promise.all(looks);
      },
    ),
  ));

function siblings(
  count: number,
  tiers: readonly Tier[],
  delayed: () => Promise<unknown> = async () => {},
) {
  const clock = createManualTimers();
  const listeners: ((news: News) => void)[] = [];
  const all = Array.from({ length: count }, (_, self): Epochs => {
    const shared = createTierStack({
      tiers,
      promotes: false,
      background: inBackground,
      clock,
      blocks: plainBlocks,
      onTrouble: () => {},
    });
    const epochs = createEpochs({
      shared,
      clock,
      ids: countingIds(`${self}`),
      believeMs: BELIEVE,
      lifetimeMs: LIFETIME,
      siblings: {
        ...ALONE,
        async announce(news) {
          await Promise.all(
            listeners.map(async (listener, at) => {
              if (at === self) return;
              await delayed();
              listener(news);
            }),
          );
        },
      },
    });
    listeners.push((news) => {
      if (news.kind === 'epochs') epochs.heard(news);
    });
    return epochs;
  });
  return { all, clock };
}

const epochOf = async (epochs: Epochs): Promise<string> => epochs.of('One', IMAGE, UNWATCHED);
