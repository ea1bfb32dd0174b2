// What the origin would not give a caller, the gateway does not give either: not out of the cache,
// not under another name, not in part.
import { expect, test } from 'vitest';
import {
  ADMIN,
  EXPIRED,
  OTHER,
  OWNER,
  READER,
  SERVICE,
  type TroubleOrigin,
} from '../support/trouble-origin.ts';
import { ask, cacheStatus, type Reply } from './stage/client.ts';
import { type Edge, filePath, recordPath } from './stage/edge.ts';
import { MIB, openScene, type SeededData, settled, verdict } from './stage/scene.ts';
import { uriForms } from './stage/uri-forms.ts';

const CACHING = { cache: { metadata_ttl: '1h', authorization_ttl: '1h' } };
const PRIVATE = { size: MIB, attributes: { visibility: 'private' } };

test.each([
  ['every answer asked for', {}],
  ['records and rights remembered', CACHING],
] as const)('a stranger gets nothing of a private image, with %s', async (_, settings) => {
  const { origin, edge } = await openScene(settings);
  const image = await origin.seed(PRIVATE);
  for (const temperature of ['cold', 'warm']) {
    if (temperature === 'warm') await warmUp(origin, edge, image);
    for (const { name, url } of uriForms(edge, origin, image)) {
      for (const headers of [{}, { Range: 'bytes=0-9' }, { Range: 'bytes=9007199254740991-' }]) {
        const reply = await ask(`${url}/file`, { token: OTHER, headers });
        expect(reply.status, `${temperature}, ${name}, data`).toBe(404);
        expect(reply.body.includes(Buffer.from(image.data.subarray(0, 10)))).toBe(false);
      }
      const record = await ask(url, { token: OTHER });
      expect(record.status, `${temperature}, ${name}, record`).toBe(404);
      expect(record.body.toString()).not.toContain(image.sha512);
    }
  }
});

test('each way to name an image leads to the same bytes, kept once', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed(PRIVATE);
  for (const { name, url } of uriForms(edge, origin, image)) {
    expect(verdict(await ask(`${url}/file`), image.data), name).toBe('right');
    expect((await ask(url)).status, name).toBe(200);
    await settled(edge);
  }
  await origin.ledger.idle();
  expect(origin.ledger.imageBytes() / image.size).toBe(1);
});

test('who may see an image but not download it does not, cached or not', async () => {
  const { origin, edge } = await openScene(CACHING);
  const image = await origin.seed(PRIVATE);
  const asReader = { token: READER };
  for (const temperature of ['cold', 'warm']) {
    if (temperature === 'warm') await warmUp(origin, edge, image);
    expect((await ask(edge.url + recordPath(image), asReader)).status).toBe(200);
    const reply = await ask(edge.url + filePath(image), asReader);
    expect(reply.status, temperature).toBe(403);
    expect(reply.body.toString()).toContain('download_image');
  }
});

test('deactivated data is closed at once to its owner and open to an administrator', async () => {
  const { origin, edge } = await openScene(CACHING);
  const image = await origin.seed(PRIVATE);
  await warmUp(origin, edge, image);
  const actions = `${edge.url}${recordPath(image)}/actions`;
  const post = { method: 'POST', token: ADMIN };
  expect((await ask(`${actions}/deactivate`, post)).status).toBe(204);
  expect((await ask(edge.url + filePath(image))).status).toBe(403);
  expect(verdict(await ask(edge.url + filePath(image), { token: ADMIN }), image.data)).toBe(
    'right',
  );
  expect((await ask(`${actions}/reactivate`, post)).status).toBe(204);
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
});

test('what is deactivated behind the gateway is closed at once too', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed(PRIVATE);
  await warmUp(origin, edge, image);
  const deactivate = `${origin.url}${recordPath(image)}/actions/deactivate`;
  await ask(deactivate, { method: 'POST', token: ADMIN });
  expect((await ask(edge.url + filePath(image))).status).toBe(403);
});

test('a deleted image is gone at once, deleted here or behind the gateway', async () => {
  const { origin, edge } = await openScene();
  for (const from of [edge.url, origin.url]) {
    const image = await origin.seed(PRIVATE);
    await warmUp(origin, edge, image);
    expect((await ask(from + recordPath(image), { method: 'DELETE' })).status).toBe(204);
    expect((await ask(edge.url + filePath(image))).status).toBe(404);
    expect((await ask(edge.url + recordPath(image))).status).toBe(404);
  }
});

test('a token that is expired, revoked or unknown is refused in the words of the origin', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed(PRIVATE);
  await warmUp(origin, edge, image);
  for (const token of [EXPIRED, 'unknown', null]) {
    const reply = await ask(edge.url + filePath(image), { token });
    const wanted = await ask(origin.url + filePath(image), { token });
    expect(wordsOf(reply)).toEqual(wordsOf(wanted));
    expect(reply.headers['www-authenticate']).toContain('Keystone uri=');
  }
  delete origin.tokens[OWNER];
  expect((await ask(edge.url + filePath(image))).status).toBe(401);
  expect((await ask(edge.url + recordPath(image))).status).toBe(401);
});

test('a service token goes along, and makes an expired token good for a long download', async () => {
  const { origin, edge } = await openScene(CACHING);
  const image = await origin.seed(PRIVATE);
  const asked = { token: EXPIRED, headers: { 'X-Service-Token': SERVICE } };
  for (let turn = 0; turn < 2; turn += 1) {
    expect(verdict(await ask(edge.url + filePath(image), asked), image.data)).toBe('right');
    expect((await ask(edge.url + recordPath(image), asked)).status).toBe(200);
    // Its right is the pair's, not the expired token's.
    expect((await ask(edge.url + filePath(image), { token: EXPIRED })).status).toBe(401);
    expect((await ask(edge.url + recordPath(image), { token: EXPIRED })).status).toBe(401);
    await settled(edge);
  }
});

test('identity that a client makes up never reaches the origin', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed(PRIVATE);
  const forged = {
    'X-Roles': 'admin',
    'X-Role': 'admin',
    X_Roles: 'admin',
    'X-Project-Id': 'demo',
    'X-Tenant-Id': 'demo',
    'X-Tenant': 'demo',
    'X-User-Id': 'owner',
    'X-User': 'owner',
    'X-Domain-Id': 'default',
    'X-Identity-Status': 'Confirmed',
    'X-Is-Admin-Project': 'True',
    'X-Service-Roles': 'service',
    'X-Service-Identity-Status': 'Confirmed',
    'X-Auth-Key': 'something',
  };
  const asked = { token: OTHER, headers: forged };
  await ask(edge.url + filePath(image), asked);
  await ask(edge.url + recordPath(image), asked);
  await ask(`${edge.url}/v2/images`, asked);
  await ask(`${edge.url}/v2/schemas/image`, asked);
  await ask(`${edge.url}${recordPath(image)}/tags/new`, { ...asked, method: 'PUT' });
  const names = origin.ledger.calls.flatMap(({ headers }) =>
    headers.map(([name]) => name.toLowerCase().replaceAll('_', '-')),
  );
  const banned = Object.keys(forged).map((name) => name.toLowerCase().replaceAll('_', '-'));
  expect(names.filter((name) => banned.includes(name))).toEqual([]);
  expect(names).toContain('x-auth-token');
});

test('the trouble of one caller is never shown to another', async () => {
  const { origin, edge } = await openScene(CACHING);
  const image = await origin.seed(PRIVATE);
  const tokens = [OTHER, OWNER, READER, EXPIRED, ADMIN];
  const wanted = Object.fromEntries(
    await Promise.all(
      tokens.map(async (token) => [
        token,
        (await ask(origin.url + filePath(image), { token })).status,
      ]),
    ),
  );
  for (let turn = 0; turn < 2; turn += 1) {
    const all = await Promise.all(
      tokens.flatMap((token) =>
        Array.from({ length: 3 }, async () => {
          const { status } = await ask(edge.url + filePath(image), { token });
          return [token, status] as const;
        }),
      ),
    );
    for (const [token, status] of all) expect([token, status]).toEqual([token, wanted[token]]);
  }
});

/** Cached, and seen to be. */
async function warmUp(origin: TroubleOrigin, edge: Edge, image: SeededData): Promise<void> {
  await ask(edge.url + filePath(image));
  await ask(edge.url + recordPath(image));
  await settled(edge);
  const again = await ask(edge.url + filePath(image));
  expect(cacheStatus(again)).toContain('hit');
  await origin.ledger.idle();
}

const wordsOf = ({ status, body, headers }: Reply) => ({
  status,
  body: body.toString(),
  type: headers['content-type'],
});
