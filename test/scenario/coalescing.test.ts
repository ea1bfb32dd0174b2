// Many clients, one cold image: the origin sends it once, whoever comes, goes or is slow.
import { expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isDownload, type Ledger } from '../support/ledger.ts';
import { ask, looksWhole, startAsking } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import {
  KIB,
  MIB,
  openScene,
  replies,
  type SceneOptions,
  verdict,
  verdicts,
} from './stage/scene.ts';

const CLIENTS = 32;
const SIZE = 2 * MIB + 12_345;
const WAN = { bytesPerSecond: 8 * MIB };

const SCENES: readonly (readonly [name: string, options: SceneOptions])[] = [
  ['an origin with ranges', { origin: { link: WAN } }],
  ['an origin without ranges', { origin: { link: WAN, ranges: 'no' } }],
  ['the memory tier alone', { origin: { link: WAN }, tiers: [] }],
  ['the memory tier alone and no ranges', { origin: { link: WAN, ranges: 'no' }, tiers: [] }],
];

test.each(SCENES)(
  `${CLIENTS} cold downloads over %s cost the origin one image`,
  async (_, given) => {
    const { origin, edge } = await openScene(given);
    const image = await origin.seed({ size: SIZE });
    const url = edge.url + filePath(image);
    const all = await Promise.all(Array.from({ length: CLIENTS }, () => ask(url)));
    expect(verdicts(all, image.data)).toEqual(['right']);
    await origin.ledger.idle();
    expect(origin.ledger.imageBytes() / SIZE).toBe(1);
  },
);

test.each([
  ['with a disk', {}],
  ['with the memory tier alone', { tiers: [] }],
] satisfies readonly (readonly [string, SceneOptions])[])(
  'one client that does not read holds up nobody, %s',
  async (_, given) => {
    // More than the buffers of a connection hold, so that the slow one really stops.
    const { origin, edge } = await openScene({ ...given, cache: { memory: '160MiB' } });
    const image = await origin.seed({ size: 24 * MIB });
    const url = edge.url + filePath(image);
    const slow = startAsking(url);
    slow.pause();
    const fast = await Promise.all(Array.from({ length: 7 }, () => ask(url)));
    expect(verdicts(fast, image.data)).toEqual(['right']);
    slow.resume();
    expect(verdict(await slow.reply, image.data)).toBe('right');
    await origin.ledger.idle();
    expect(origin.ledger.imageBytes() / image.size).toBe(1);
  },
);

/** Hashing keeps up closely, so that what a client has seen tells how far the fill is. */
const TIGHT: SceneOptions = {
  origin: { ranges: 'no' },
  limits: { fill_buffers: '128KiB', fill_lanes: 1 },
};

test('the client that started a download may leave: the others get it, and the origin sends it once', async () => {
  const { origin, edge } = await openScene(TIGHT);
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 300 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble, times: 2 });
  const url = edge.url + filePath(image);
  const leader = startAsking(url);
  await leader.received(100 * KIB);
  const followers = Array.from({ length: 4 }, () => startAsking(url));
  await Promise.all(followers.map((follower) => follower.received(100 * KIB)));
  await stall.struck;
  leader.leave();
  expect(looksWhole(await leader.reply)).toBe(false);
  gate.open();
  expect(verdicts(await replies(followers), image.data)).toEqual(['right']);
  await origin.ledger.idle();
  expect(origin.ledger.imageBytes() / SIZE).toBe(1);
});

test('when all leave early the origin is left too, and the next one gets all of it', async () => {
  const { origin, edge } = await openScene(TIGHT);
  const image = await origin.seed({ size: SIZE });
  const trouble = { kind: 'stall', at: 200 * KIB, until: createGate().opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const url = edge.url + filePath(image);
  const clients = Array.from({ length: 3 }, () => startAsking(url));
  await Promise.all(clients.map((client) => client.received(100 * KIB)));
  await stall.struck;
  for (const client of clients) client.leave();
  await origin.ledger.idle();
  expect(endsOfData(origin.ledger)).toEqual(['gone']);
  stall.end();
  expect(verdict(await ask(url), image.data)).toBe('right');
});

test('when all leave late the download goes on without them', async () => {
  const { origin, edge } = await openScene(TIGHT);
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 1.5 * MIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const url = edge.url + filePath(image);
  const clients = Array.from({ length: 3 }, () => startAsking(url));
  await Promise.all(clients.map((client) => client.received(1.25 * MIB)));
  await stall.struck;
  for (const client of clients) client.leave();
  await replies(clients);
  gate.open();
  await origin.ledger.idle();
  expect(endsOfData(origin.ledger)).toEqual(['whole']);
  expect(verdict(await ask(url), image.data)).toBe('right');
  await origin.ledger.idle();
  expect(origin.ledger.imageBytes() / SIZE).toBe(1);
});

/** How the origin saw its answers with image data end. */
const endsOfData = ({ calls }: Ledger): readonly string[] =>
  calls.filter((call) => isDownload(call) && call.status === 200).map(({ end }) => end);
