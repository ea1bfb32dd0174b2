// A right to download is remembered for `authorization_ttl`, not a moment longer, and no longer than
// until something happens to the image.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isProbe } from '../support/ledger.ts';
import { OTHER, OWNER, type TroubleOrigin } from '../support/trouble-origin.ts';
import { ask } from './stage/client.ts';
import { type Edge, filePath, recordPath } from './stage/edge.ts';
import { KIB, openScene, type SeededData, settled, verdict } from './stage/scene.ts';

const START = Date.UTC(2030, 0, 1);
const TTL = { cache: { authorization_ttl: '30s' } };

// Only the time of day: what waits for the network waits for it as ever.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

test('a right is remembered for as long as it was configured', async () => {
  const { origin, edge, image } = await warmScene();
  for (const [at, questions] of [
    [29_999, 0],
    [30_000, 1],
    [59_999, 1],
    [60_000, 2],
  ] as const) {
    vi.setSystemTime(START + at);
    expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
    expect(origin.ledger.count(isProbe), `after ${at} ms`).toBe(questions);
  }
});

test('a token that is revoked behind the gateway is good for so long, and then no more', async () => {
  const { origin, edge, image } = await warmScene({ ...TTL.cache, metadata_ttl: '1h' });
  delete origin.tokens[OWNER];
  vi.setSystemTime(START + 29_999);
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  vi.setSystemTime(START + 30_000);
  expect((await ask(edge.url + filePath(image))).status).toBe(401);
});

test('no-cache asks anew', async () => {
  const { origin, edge, image } = await warmScene();
  await ask(edge.url + filePath(image), { headers: { 'Cache-Control': 'no-cache' } });
  expect(origin.ledger.count(isProbe)).toBe(1);
});

test.each<[string, string, string]>([
  ['PATCH', '', '[{"op":"add","path":"/colour","value":"red"}]'],
  ['PUT', '/tags/new', ''],
  ['POST', '/members', '{"member":"somebody"}'],
  ['POST', '/actions/deactivate', ''],
  ['POST', '/import', '{}'],
  ['DELETE', '', ''],
])('a %s of the image through the gateway ends it at once (%s)', async (method, below, body) => {
  const { origin, edge, image } = await warmScene();
  const type =
    method === 'PATCH' ? 'application/openstack-images-v2.1-json-patch' : 'application/json';
  await ask(edge.url + recordPath(image) + below, {
    method,
    headers: { 'Content-Type': type },
    body,
  });
  await ask(edge.url + filePath(image));
  expect(origin.ledger.count(isProbe)).toBe(1);
});

test('a member who is struck off through the gateway may download no more', async () => {
  const { origin, edge, image } = await warmScene();
  const members = `${edge.url}${recordPath(image)}/members`;
  const json = { 'Content-Type': 'application/json' };
  await ask(members, { method: 'POST', headers: json, body: '{"member":"other"}' });
  for (let turn = 0; turn < 2; turn += 1) {
    const reply = await ask(edge.url + filePath(image), { token: OTHER });
    expect(verdict(reply, image.data)).toBe('right');
  }
  expect((await ask(`${members}/other`, { method: 'DELETE' })).status).toBe(204);
  expect((await ask(edge.url + filePath(image), { token: OTHER })).status).toBe(404);
  expect(origin.ledger.count(isProbe)).toBe(2);
});

interface WarmScene {
  readonly origin: TroubleOrigin;
  readonly edge: Edge;
  readonly image: SeededData;
}

/** The image is cached, the owner's right is remembered, the ledger is empty. */
async function warmScene(cache: Readonly<Record<string, string>> = TTL.cache): Promise<WarmScene> {
  const { origin, edge } = await openScene({ cache });
  const image = await origin.seed({ size: 100 * KIB, attributes: { visibility: 'shared' } });
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  await settled(edge);
  await origin.ledger.idle();
  origin.ledger.clear();
  return { origin, edge, image };
}
