// Making and changing images: create, update, delete, copyImageToStore.
import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import {
  Forbidden,
  GlanceAnswerError,
  ImageBadRequest,
  ImageDeleteConflict,
  ImageImportImpossible,
  ImageNotAuthorized,
  ImageNotFound,
  ImageQuotaExceeded,
  type ImageSource,
  Invalid,
} from '../../src/index.ts';
import { OTHER, READER } from '../support/trouble-origin.ts';
import { AS_OWNER, bytesOf, openFolder, openStage, thrownBy } from './stage/stage.ts';
import { json, type SeenRequest, stagedGlance } from './stage/staged-glance.ts';

const ID = '4c3a4a9e-0b1f-4f8e-9a0c-0c9d3a5d7e11';
const INFO = { name: 'new', diskFormat: 'raw', containerFormat: 'bare' };

test('create without data makes a queued image, by one POST', async () => {
  const { api, lines } = stagedGlance();
  const image = await api.create(AS_OWNER, { ...INFO, properties: { colour: 'red' } });
  expect(image).toMatchObject({ status: 'queued', size: 0, properties: { colour: 'red' } });
  expect(lines()).toEqual(['POST /v2/images', 'GET /v2/schemas/image']);
});

test('create with data uploads it and gives the record after', async () => {
  const { api, lines } = stagedGlance();
  const image = await api.create(AS_OWNER, { ...INFO, id: ID }, new Uint8Array(300_000).fill(1));
  expect(image).toMatchObject({ id: ID, status: 'active', size: 300_000 });
  expect(lines()).toEqual([
    'POST /v2/images',
    `PUT /v2/images/${ID}/file`,
    `GET /v2/images/${ID}`,
    'GET /v2/schemas/image',
  ]);
});

test('data may be bytes, a blob, a file, a web stream, a Readable or any async iterable', async () => {
  const { api } = await openStage();
  const data = Buffer.alloc(700_000, 'abc');
  const path = join(await openFolder(), 'data');
  await writeFile(path, data);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield data.subarray(0, 3);
    yield data.subarray(3);
  }
  const sources: readonly ImageSource[] = [
    data,
    new Blob([data]),
    await openAsBlob(path),
    { path },
    ReadableStream.from([data]),
    Readable.from([data]),
    pieces(),
  ];
  for (const source of sources) {
    const { id, size } = await api.create(AS_OWNER, INFO, source);
    expect(size).toBe(data.byteLength);
    expect((await bytesOf(await api.download(AS_OWNER, id))).equals(data)).toBe(true);
  }
});

test('data that is no bytes, a source that fails and a file that is not there reject as they are', async () => {
  const { api } = stagedGlance();
  const text = Readable.from(['text']).setEncoding('utf8');
  expect(await thrownBy(() => api.create(AS_OWNER, INFO, text))).toBeInstanceOf(Invalid);
  const broken = new Error('the disk is broken');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    throw broken;
  }
  expect(await thrownBy(() => api.create(AS_OWNER, INFO, failing()))).toBe(broken);
  const error = await thrownBy(() => api.create(AS_OWNER, INFO, { path: '/nowhere/at/all' }));
  expect(error).toMatchObject({ code: 'ENOENT' });
});

test('a stream that Glance would not take is cancelled', async () => {
  const { api } = await openStage();
  let reason: unknown = null;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: (thrown) => {
      reason = thrown;
    },
  });
  // Glance refuses data for an image without formats.
  const error = await thrownBy(() => api.create(AS_OWNER, { name: 'no formats' }, stream));
  expect(error).toBeInstanceOf(Invalid);
  expect(reason).toBeInstanceOf(GlanceAnswerError);
});

test('size 0 without data makes an active, empty, raw image', async () => {
  const { api } = await openStage();
  expect(await api.create(AS_OWNER, { name: 'empty', size: 0 })).toMatchObject({
    status: 'active',
    size: 0,
    diskFormat: 'raw',
    containerFormat: 'bare',
  });
  const ova = { name: 'empty', size: 0, containerFormat: 'ova' };
  expect((await api.create(AS_OWNER, ova)).containerFormat).toBe('ova');
  const qcow2 = { name: 'empty', size: 0, diskFormat: 'qcow2' };
  expect(await thrownBy(() => api.create(AS_OWNER, qcow2))).toBeInstanceOf(ImageBadRequest);
});

test('data of no bytes is data', async () => {
  const { api } = await openStage();
  const image = await api.create(AS_OWNER, INFO, new Uint8Array(0));
  expect(image).toMatchObject({ status: 'active', size: 0 });
});

test('instance_owner becomes a member of the image and no property', async () => {
  const { api, seen } = stagedGlance();
  const properties = { instance_owner: 'p1', colour: 'red' };
  const image = await api.create(AS_OWNER, { ...INFO, properties });
  expect(image.properties).toEqual({ colour: 'red' });
  const member = seen.find(({ line }) => line === `POST /v2/images/${image.id}/members`);
  expect(member?.text).toBe('{"member":"p1"}');
  expect(properties.instance_owner).toBe('p1');
});

test('a member that Glance will not take is ImageBadRequest', async () => {
  const { api } = stagedGlance(({ line }) => (line.endsWith('/members') ? json({}, 400) : null));
  const info = { ...INFO, properties: { instance_owner: 'p1' } };
  expect(await thrownBy(() => api.create(AS_OWNER, info))).toBeInstanceOf(ImageBadRequest);
});

test('a location is told by the locations API, or by a patch where there is none', async () => {
  const bodies = (seen: readonly SeenRequest[], name: string): readonly string[] =>
    seen.filter(({ line }) => line.startsWith(name)).map(({ text }) => text);
  const isAdd = ({ line }: SeenRequest): boolean => /^POST .*\/locations$/.test(line);
  const newer = stagedGlance((request) => (isAdd(request) ? json({}, 202) : null));
  await newer.api.create(AS_OWNER, { ...INFO, location: 'file:///a' });
  expect(bodies(newer.seen, `POST /v2/images/`)).toEqual(['{"url":"file:///a"}']);
  for (const status of [404, 405, 501]) {
    const older = stagedGlance((request) => {
      if (isAdd(request)) return json({}, status);
      return request.line.startsWith('PATCH') ? json({ id: ID }) : null;
    });
    const locations = [{ url: 'file:///b', metadata: { store: 'fast' } }];
    await older.api.create(AS_OWNER, { ...INFO, location: 'file:///a', locations });
    expect(bodies(older.seen, 'PATCH').map((text) => JSON.parse(text))).toEqual([
      [{ op: 'add', path: '/locations/-', value: { url: 'file:///a', metadata: {} } }],
      [{ op: 'add', path: '/locations/-', value: locations[0] }],
    ]);
  }
});

test('a location that Glance will not take is ImageBadRequest', async () => {
  const { api } = stagedGlance(({ line }) => (line.endsWith('/locations') ? json({}, 400) : null));
  const info = { ...INFO, location: 'file:///a' };
  expect(await thrownBy(() => api.create(AS_OWNER, info))).toBeInstanceOf(ImageBadRequest);
});

test('create is Forbidden or Invalid as Glance says; any other answer stays what it is', async () => {
  const { api } = await openStage();
  const forbidden = await thrownBy(() => api.create({ authToken: READER }, INFO));
  expect(forbidden).toBeInstanceOf(Forbidden);
  expect(forbidden.cause).toBeInstanceOf(GlanceAnswerError);
  const wrong = { ...INFO, diskFormat: 'floppy' };
  expect(await thrownBy(() => api.create(AS_OWNER, wrong))).toBeInstanceOf(Invalid);
  await api.create(AS_OWNER, { ...INFO, id: ID });
  const taken = await thrownBy(() => api.create(AS_OWNER, { ...INFO, id: ID }));
  expect(taken).toMatchObject({ name: 'GlanceAnswerError', code: 'glance-answer', status: 409 });
});

test('update sends what differs and keeps the properties that are not named', async () => {
  const { api, lines, seen } = stagedGlance();
  const properties = { colour: 'red', size_class: 'small' };
  const { id } = await api.create(AS_OWNER, { ...INFO, properties });
  lines();
  const info = { id: 'ignored', name: 'other', minRam: '512', properties: { colour: 'blue' } };
  const image = await api.update(AS_OWNER, id, info);
  expect(image).toMatchObject({ id, name: 'other', minRam: 512 });
  expect(image.properties).toEqual({ colour: 'blue', size_class: 'small' });
  const patch = seen.find(({ line }) => line.startsWith('PATCH'));
  expect(patch?.headers.get('content-type')).toBe('application/openstack-images-v2.1-json-patch');
  expect(JSON.parse(patch?.text ?? '')).toEqual([
    { op: 'replace', path: '/colour', value: 'blue' },
    { op: 'replace', path: '/name', value: 'other' },
    { op: 'replace', path: '/min_ram', value: 512 },
  ]);
});

test('update with purgeProps removes the properties that are not named', async () => {
  const { api } = await openStage();
  const properties = { colour: 'red', 'odd/name~': 'x', os_distro: 'debian' };
  const { id } = await api.create(AS_OWNER, { ...INFO, properties });
  const info = { properties: { colour: 'red' } };
  expect((await api.update(AS_OWNER, id, info, { purgeProps: false })).properties).toEqual(
    properties,
  );
  expect((await api.update(AS_OWNER, id, info, { purgeProps: true })).properties).toEqual({
    colour: 'red',
  });
});

test('a record given back as it was read changes nothing', async () => {
  const { api, lines } = stagedGlance();
  const { id } = await api.create(AS_OWNER, { ...INFO, isPublic: false }, new Uint8Array(10));
  const image = await api.get(AS_OWNER, id, { includeLocations: true });
  lines();
  const { locations: _, ...record } = image;
  expect(await api.update(AS_OWNER, id, image, { purgeProps: true })).toEqual(record);
  expect(lines()).toEqual([`GET /v2/images/${id}`]);
});

test('update with data uploads it', async () => {
  const { api } = await openStage();
  const { id } = await api.create(AS_OWNER, INFO);
  const data = new TextEncoder().encode('late');
  expect(await api.update(AS_OWNER, id, {}, { data })).toMatchObject({ status: 'active', size: 4 });
});

test('update adds the locations that the image does not have', async () => {
  const record = { id: ID, status: 'active', locations: [{ url: 'file:///a', metadata: {} }] };
  const { api, seen } = stagedGlance(({ line }) => {
    if (line.endsWith('/locations')) return json({}, 202);
    return line.includes(ID) ? json(record) : null;
  });
  await api.update(AS_OWNER, ID, { locations: [{ url: 'file:///a', metadata: {} }] });
  await api.update(AS_OWNER, ID, { location: 'file:///b' });
  expect(seen.filter(({ line }) => line.startsWith('POST')).map(({ text }) => text)).toEqual([
    '{"url":"file:///b"}',
  ]);
});

test.each([
  [400, ImageBadRequest],
  [401, ImageNotAuthorized],
  [403, ImageNotAuthorized],
  [404, ImageNotFound],
  [413, ImageQuotaExceeded],
  [409, GlanceAnswerError],
])('update: %d is %s', async (status, kind) => {
  const { api } = stagedGlance(({ line }) => (line.startsWith('PATCH') ? json({}, status) : null));
  const { id } = await api.create(AS_OWNER, INFO);
  expect(await thrownBy(() => api.update(AS_OWNER, id, { name: 'x' }))).toBeInstanceOf(kind);
});

test('delete gives true, and afterwards the image is not found', async () => {
  const { api, origin } = await openStage();
  const { id } = await origin.seed({ size: 1 });
  expect(await api.delete(AS_OWNER, id)).toBe(true);
  expect(await thrownBy(() => api.delete(AS_OWNER, id))).toBeInstanceOf(ImageNotFound);
});

test('delete of what another project owns or what is protected is ImageNotAuthorized', async () => {
  const { api, origin } = await openStage();
  const attributes = { visibility: 'community', protected: true };
  const { id } = await origin.seed({ size: 1, attributes });
  for (const authToken of [OTHER, AS_OWNER.authToken]) {
    expect(await thrownBy(() => api.delete({ authToken }, id))).toBeInstanceOf(ImageNotAuthorized);
  }
});

test.each([
  [409, ImageDeleteConflict],
  [401, GlanceAnswerError],
  [400, GlanceAnswerError],
])('delete: %d is %s', async (status, kind) => {
  const { api } = stagedGlance(() => json({}, status));
  expect((await thrownBy(() => api.delete(AS_OWNER, ID))).constructor).toBe(kind);
});

test('copyImageToStore asks for a copy into the stores', async () => {
  const { api, seen } = stagedGlance(() => new Response(null, { status: 202 }));
  await api.copyImageToStore(AS_OWNER, ID, 'slow');
  await api.copyImageToStore(AS_OWNER, ID, ['a', 'b']);
  expect(seen.map(({ line, text }) => [line, JSON.parse(text)])).toEqual(
    [['slow'], ['a', 'b']].map((stores) => [
      `POST /v2/images/${ID}/import`,
      { method: { name: 'copy-image' }, stores, all_stores_must_succeed: false },
    ]),
  );
});

test.each([
  [404, ImageNotFound],
  [403, ImageNotAuthorized],
  [409, ImageImportImpossible],
  [400, ImageBadRequest],
  [401, GlanceAnswerError],
])('copyImageToStore: %d is %s', async (status, kind) => {
  const { api } = stagedGlance(() => json({}, status));
  const error = await thrownBy(() => api.copyImageToStore(AS_OWNER, ID, 'slow'));
  expect(error.constructor).toBe(kind);
});
