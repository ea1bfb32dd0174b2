import { expect, test } from 'vitest';
import type { Chunks } from '../../src/cache/chunks.ts';
import { createFillShares } from '../../src/cache/fill-share.ts';
import type { DataSource } from '../../src/cache/origin-run.ts';
import { createRangeAbilities } from '../../src/cache/range-ability.ts';
import { GatewayFailure } from '../../src/core/failure.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { UNWATCHED } from '../../src/ports/call.ts';
import type { Origin, OriginRequest } from '../../src/ports/origin.ts';
import { ALONE, type Lease } from '../../src/ports/siblings.ts';
import { createAnsweringOrigin, type GivenAnswer } from './world/answering-origin.ts';
import { aCall, imageId } from './world/calls.ts';

const SIZE = 6;
const DATA = Uint8Array.of(1, 2, 3, 4, 5, 6);
const GENERATION = {
  region: 'One',
  imageId: imageId(1),
  algorithm: 'sha512',
  value: 'ab',
  size: SIZE,
};
const MANIFEST: Manifest = { size: SIZE, chunkSize: SIZE, digests: ['d'] };

test('who gets the lease fetches, stores for all, and gives it back in the end', async () => {
  const { share, origin, stored, leases } = scene(['ours']);
  expect(await share.begin(UNWATCHED)).toBe('fetch');
  expect(await readAll(share)).toEqual([...DATA]);
  await share.chunks.store('d', DATA);
  await share.chunks.commit(GENERATION, MANIFEST);
  expect(stored).toEqual(['all d', 'all proof']);
  expect([share.follows(), origin.requests.length]).toEqual([false, 1]);
  share.end();
  expect(leases.ended).toBe(1);
});

test('nothing is fetched that another process has stored since it was looked for', async () => {
  const { share } = scene(['ours'], MANIFEST);
  expect(await share.begin(UNWATCHED)).toBe('there');
});

test('who does not get it reads from the one who has, and stores in its own memory alone', async () => {
  const { share, origin, face, stored, leases } = scene(['theirs']);
  expect(await share.begin(UNWATCHED)).toBe('fetch');
  expect(share.follows()).toBe(true);
  // One read from the front, by a range, whatever the origin can.
  expect(share.abilities.of('One', 's')).toBe('no');
  expect(await readAll(share)).toEqual([...DATA]);
  expect(face.requests.map(rangeOf)).toEqual(['bytes=0-5']);
  await share.chunks.store('d', DATA);
  await share.chunks.commit(GENERATION, MANIFEST);
  await share.chunks.forget(['d']);
  expect(stored).toEqual(['own d', 'own proof', 'own forgotten']);
  share.end();
  expect([origin.requests.length, leases.ended]).toEqual([0, 0]);
});

test('when the one who has it fails, the next one goes on where it was, and stores for all', async () => {
  const cut = new GatewayFailure('origin-cut', 'It has died.');
  const { share, origin, stored } = scene(['theirs', 'ours'], null, () => ({
    status: 206,
    headers: [['Content-Range', `bytes 0-5/${SIZE}`]],
    pieces: [DATA.subarray(0, 2), cut],
  }));
  await share.begin(UNWATCHED);
  expect(await readAll(share)).toEqual([...DATA]);
  expect(origin.requests.map(rangeOf)).toEqual(['bytes=2-5']);
  expect([share.follows(), share.abilities.of('One', 's')]).toEqual([false, 'yes']);
  await share.chunks.store('d', DATA);
  await share.chunks.forget(['d']);
  expect(stored).toEqual(['all d', 'all forgotten']);
});

test('an answer of another process that can not give the data is a reason to ask whose turn it is', async () => {
  const { share, origin } = scene(['theirs', 'ours'], null, () => ({ status: 503 }));
  await share.begin(UNWATCHED);
  expect(await readAll(share)).toEqual([...DATA]);
  expect(origin.requests).toHaveLength(1);
});

test('what another process can is nothing that is learned of the origin', async () => {
  const { share, abilities } = scene(['theirs']);
  await share.begin(UNWATCHED);
  await readAll(share);
  expect(abilities.of('One', 's')).toBe('unknown');
});

function scene(
  turns: readonly Lease['kind'][],
  proof: Manifest | null = null,
  answer: (request: OriginRequest) => GivenAnswer = ranged,
) {
  const origin = createAnsweringOrigin(ranged);
  const face = createAnsweringOrigin(answer);
  const stored: string[] = [];
  const leases = { asked: 0, ended: 0 };
  const abilities = createRangeAbilities();
  const chunks = (where: string): Chunks => ({
    manifest: async () => proof,
    lookup: async () => ({ kind: 'miss' }),
    lookupPart: async () => ({ kind: 'miss' }),
    release() {},
    async store(digest) {
      stored.push(`${where} ${digest}`);
      return { below: true, tiers: [] };
    },
    async commit() {
      stored.push(`${where} proof`);
    },
    async forget() {
      stored.push(`${where} forgotten`);
    },
  });
  const shares = createFillShares({
    siblings: {
      ...ALONE,
      async take(): Promise<Lease> {
        const kind = turns[leases.asked] ?? 'ours';
        leases.asked += 1;
        if (kind === 'theirs') return { kind, face };
        const end = (): void => {
          leases.ended += 1;
        };
        return { kind, lookAgain: true, end };
      },
    },
    origin,
    chunks: chunks('all'),
    ownChunks: chunks('own'),
    pieces: { release() {} },
    timers: {
      after(_, work) {
        queueMicrotask(work);
        return () => {};
      },
    },
    abilities,
  });
  const share = shares('a key', { generation: GENERATION, manifest: null });
  return { share, origin, face, stored, leases, abilities };
}

function ranged(request: OriginRequest): GivenAnswer {
  const from = Number(/bytes=(\d+)/.exec(rangeOf(request))?.[1]);
  const headers = [['Content-Range', `bytes ${from}-5/${SIZE}`]] as const;
  return { status: 206, headers, pieces: [DATA.subarray(from)] };
}

function rangeOf({ headers }: Parameters<Origin['send']>[1]): string {
  return headers.find(([name]) => name === 'Range')?.[1] ?? 'none';
}

async function readAll({ readRun }: ReturnType<typeof scene>['share']): Promise<number[]> {
  const source: DataSource = {
    region: 'One',
    imageId: imageId(1),
    size: SIZE,
    stores: 's',
    call: aCall(),
    credentials: () => [],
    refused() {},
    attempted() {},
    resumed() {},
    received() {},
  };
  const bytes: number[] = [];
  for await (const piece of readRun(source, { from: 0, to: SIZE }, () => {})) bytes.push(...piece);
  return bytes;
}
