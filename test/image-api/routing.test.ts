// Which Glance a call goes to: ids and image URIs, the allow-list, endpoints in turn.
import { expect, test } from 'vitest';
import {
  EndpointNotAllowed,
  type ImageApi,
  type ImageContext,
  ImageNotFound,
  Invalid,
  InvalidImageRef,
} from '../../src/index.ts';
import { openEdgeOf, openOrigin } from '../scenario/stage/scene.ts';
import { ADMIN } from '../support/trouble-origin.ts';
import { AS_OWNER, bytesOf, openApi, openStage, thrownBy } from './stage/stage.ts';
import { stagedGlance } from './stage/staged-glance.ts';

const ID = '4c3a4a9e-0b1f-4f8e-9a0c-0c9d3a5d7e11';
const OTHER_ENDPOINT = 'http://other.example:9292';

test('a UUID goes to the default session, in lower case', async () => {
  const { api, lines } = stagedGlance();
  await thrownBy(() => api.get(AS_OWNER, ID.toUpperCase()));
  expect(lines()).toEqual([`GET /v2/images/${ID}`]);
});

test.each([
  ['with the version', `${OTHER_ENDPOINT}/v2/images/${ID}`],
  ['with a minor version', `${OTHER_ENDPOINT}/v2.15/images/${ID}`],
  ['with a trailing slash', `${OTHER_ENDPOINT}/v2/images/${ID}/`],
  ['of the data', `${OTHER_ENDPOINT}/v2/images/${ID}/file`],
  ["without the version, as Nova's generate_image_url writes it", `${OTHER_ENDPOINT}/images/${ID}`],
])('an image URI %s goes to the endpoint that it names', async (_, uri) => {
  const { api, seen } = stagedGlance(undefined, { allowedEndpoints: [OTHER_ENDPOINT] });
  await thrownBy(() => api.get(AS_OWNER, uri));
  expect(seen.map(({ url }) => url)).toEqual([`${OTHER_ENDPOINT}/v2/images/${ID}`]);
});

test('an endpoint may have a path before the version', async () => {
  const base = 'https://cloud.example/image';
  const { api, seen } = stagedGlance(undefined, { allowedEndpoints: [`${base}/v2/`] });
  await thrownBy(() => api.get(AS_OWNER, `${base}/v2/images/${ID}`));
  expect(seen.map(({ url }) => url)).toEqual([`${base}/v2/images/${ID}`]);
});

test('a URI of an address that is not allowed is refused, and nothing is sent to it', async () => {
  const { api, seen } = stagedGlance();
  for (const call of callsAbout(api, AS_OWNER, `${OTHER_ENDPOINT}/v2/images/${ID}`)) {
    expect(await thrownBy(call)).toBeInstanceOf(EndpointNotAllowed);
  }
  expect(seen).toEqual([]);
});

test('a URI of any address is followed when the caller turns the allow-list off', async () => {
  const { api, seen } = stagedGlance(undefined, { allowedEndpoints: 'any' });
  await thrownBy(() => api.get(AS_OWNER, `${OTHER_ENDPOINT}/v2/images/${ID}`));
  expect(seen).toHaveLength(1);
});

test("an endpoint's namesake is not that endpoint", async () => {
  const { api, seen } = stagedGlance();
  for (const base of [
    'http://glance.example:9293',
    'http://glance.example',
    'https://glance.example:9292',
    'http://glance.example.evil.example:9292',
  ]) {
    const error = await thrownBy(() => api.get(AS_OWNER, `${base}/v2/images/${ID}`));
    expect(error).toBeInstanceOf(EndpointNotAllowed);
  }
  expect(seen).toEqual([]);
});

test.each([
  `http://glance.example:9292/v2/images/${ID}/members`,
  `http://glance.example:9292/v2/images/`,
  `http://user:secret@glance.example:9292/v2/images/${ID}`,
  `ftp://glance.example/v2/images/${ID}`,
  'a/b/c',
])('%s is no image URI', async (ref) => {
  const { api, seen } = stagedGlance();
  const error = await thrownBy(() => api.get(AS_OWNER, ref));
  expect(error).toBeInstanceOf(InvalidImageRef);
  expect(error.message).not.toContain('secret');
  expect(seen).toEqual([]);
});

test('a plain id that no image can have is not found, without a question', async () => {
  const { api, seen } = stagedGlance();
  expect(await thrownBy(() => api.get(AS_OWNER, 'my-image'))).toBeInstanceOf(ImageNotFound);
  expect(seen).toEqual([]);
});

test('get, update, delete, download and copyImageToStore route by URI; lists and new images never do', async () => {
  const { api, seen } = stagedGlance(undefined, { allowedEndpoints: [OTHER_ENDPOINT] });
  for (const call of callsAbout(api, AS_OWNER, `${OTHER_ENDPOINT}/v2/images/${ID}`)) {
    await thrownBy(call);
  }
  expect(new Set(seen.map(({ url }) => new URL(url).host))).toEqual(
    new Set(['other.example:9292']),
  );
  const before = seen.length;
  await api.getAll(AS_OWNER);
  await api.create(AS_OWNER, { name: 'new' });
  expect(new Set(seen.slice(before).map(({ url }) => new URL(url).host))).toEqual(
    new Set(['glance.example:9292']),
  );
});

test('endpoints are shuffled, then used in turn', async () => {
  const endpoints = ['http://a.example', 'http://b.example', 'http://c.example'];
  const { api, seen } = stagedGlance(undefined, { endpoints, random: () => 0.99 });
  for (let call = 0; call < 4; call += 1) await thrownBy(() => api.get(AS_OWNER, ID));
  expect(seen.map(({ url }) => new URL(url).host)).toEqual([
    'c.example',
    'b.example',
    'a.example',
    'c.example',
  ]);
});

test('generateImageUrl writes what every method reads', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 10 });
  const uri = api.generateImageUrl(image.id, AS_OWNER);
  expect(uri).toBe(`${origin.url}/v2/images/${image.id}`);
  expect(await api.get(AS_OWNER, uri)).toEqual(await api.get(AS_OWNER, image.id));
  expect(api.generateImageUrl(`${origin.url}/images/${image.id}`)).toBe(uri);
});

test('an ImageApi without a usable endpoint is refused', () => {
  expect(() => openApi({ endpoints: [] })).toThrow(Invalid);
  expect(() => openApi({ endpoints: ['http://user:secret@host'] })).toThrow(Invalid);
});

test('through a gateway, an image is the same by UUID, by URI and by the URI of its own Glance', async () => {
  const [one, two] = [await openOrigin(), await openOrigin({ region: 'RegionTwo' })];
  const edge = await openEdgeOf({ regions: { RegionOne: one, RegionTwo: two } });
  const api = openApi({ endpoints: [edge.url], throughGateway: true });
  const image = await two.seed({ size: 100_000 });
  const direct = openApi({ endpoints: [two.url] });
  for (const ref of [
    `${edge.url}/regions/RegionTwo/v2/images/${image.id}`,
    `${two.url}/v2/images/${image.id}`,
  ]) {
    expect(await api.get(AS_OWNER, ref)).toEqual(await direct.get(AS_OWNER, image.id));
    expect((await bytesOf(await api.download(AS_OWNER, ref))).equals(image.data)).toBe(true);
    expect((await api.update(AS_OWNER, ref, { name: ref })).name).toBe(ref);
    await api.update(AS_OWNER, ref, { name: 'noise' });
  }
  expect(one.ledger.count(({ target }) => target.includes(image.id))).toBe(0);
  const error = await thrownBy(() => api.get(AS_OWNER, `http://elsewhere.example/v2/images/${ID}`));
  expect(error).toMatchObject({ code: 'bad-request' });
  const admin = { authToken: ADMIN };
  expect(await api.delete(admin, `${two.url}/v2/images/${image.id}`)).toBe(true);
});

/** Every method that is about one image. */
function callsAbout(
  api: ImageApi,
  context: ImageContext,
  ref: string,
): readonly (() => Promise<unknown>)[] {
  return [
    () => api.get(context, ref),
    () => api.update(context, ref, { name: 'x' }),
    () => api.delete(context, ref),
    () => api.download(context, ref),
    () => api.copyImageToStore(context, ref, 'fast'),
  ];
}
