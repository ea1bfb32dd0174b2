// What the WAN carried: image data as the origin sent it, whatever became of it.
import { expect, test } from 'vitest';
import { GatewayFailure } from '../../src/core/failure.ts';
import { watchOrigin } from '../../src/observe/activity/watched-origin.ts';
import type { Origin, OriginAnswer, OriginRequest } from '../../src/ports/origin.ts';
import { aCall } from '../support/wire-calls.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const FILE = `/v2/images/${ID}/file`;
const ENDPOINT = 'http://one.example:9292';

test.each([
  [200, FILE],
  [206, FILE],
  [200, `/v2.15/images/${ID}/file`],
  [200, `${FILE}?anything`],
  [200, `/v2/images/%31${ID.slice(1).toUpperCase()}/file`],
])('the data in an answer %i to %s is counted piece by piece', async (status, target) => {
  const { told, send } = open([new Uint8Array(3), new Uint8Array(4)], status);
  const answer = await send({ target });
  await answer.body.read();
  expect(told).toEqual([['RegionOne', ID, 3]]);
  await answer.body.read();
  expect(await answer.body.read()).toBeNull();
  expect(told).toEqual([
    ['RegionOne', ID, 3],
    ['RegionOne', ID, 4],
  ]);
});

test.each([
  [416, { target: FILE }],
  [404, { target: FILE }],
  [200, { target: `/v2/images/${ID}` }],
  [200, { target: `/v2/images/${ID}/members` }],
  [200, { target: '/v2/images/nonsense/file' }],
  [200, { target: FILE, method: 'PUT' }],
])('an answer %i to %o holds no image data', async (status, request) => {
  const { told, send } = open([new Uint8Array(3)], status);
  await (await send(request)).body.read();
  expect(told).toEqual([]);
});

test('an endpoint that breaks off is told, with what came before', async () => {
  const cut = new GatewayFailure('origin-cut', 'cut');
  const { told, send } = open([new Uint8Array(3), cut]);
  const { body } = await send({ target: FILE });
  await body.read();
  await expect(body.read()).rejects.toBe(cut);
  expect(told).toEqual([
    ['RegionOne', ID, 3],
    ['RegionOne', ENDPOINT, 'origin-cut'],
  ]);
});

test('a client that leaves is no fault of the endpoint', async () => {
  const { told, send } = open([new GatewayFailure('client-gone', 'gone')]);
  const { body } = await send({ target: FILE });
  await expect(body.read()).rejects.toThrow('gone');
  expect(told).toEqual([]);
});

test('giving up goes through', async () => {
  const { cancelled, send } = open([]);
  (await send({ target: FILE })).body.cancel();
  expect(cancelled()).toBe(true);
});

function open(pieces: readonly (Uint8Array | GatewayFailure)[], status = 200) {
  const told: (string | number)[][] = [];
  const left = [...pieces];
  let cancelled = false;
  const answer: OriginAnswer = {
    status,
    headers: [],
    endpoint: ENDPOINT,
    attempts: 1,
    body: {
      async read() {
        const piece = left.shift() ?? null;
        if (piece instanceof GatewayFailure) throw piece;
        return piece;
      },
      cancel() {
        cancelled = true;
      },
    },
  };
  const origin: Origin = { send: () => Promise.resolve(answer) };
  const watched = watchOrigin(origin, {
    fetched: (...seen) => told.push(seen),
    brokeOff: (...seen) => told.push(seen),
  });
  return {
    told,
    cancelled: () => cancelled,
    send: (parts: Partial<OriginRequest>) =>
      watched.send(aCall(), {
        region: 'RegionOne',
        endpoint: null,
        method: 'GET',
        target: '/',
        headers: [],
        body: null,
        ...parts,
      }),
  };
}
