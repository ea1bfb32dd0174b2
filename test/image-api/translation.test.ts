// Glance's JSON to the record, and what a caller says to Glance's JSON.
import { expect, test } from 'vitest';
import { camelName, glanceName } from '../../src/image-api/glance/attribute-names.ts';
import { imageFromGlance } from '../../src/image-api/glance/image-from-glance.ts';
import { parseImageSchema } from '../../src/image-api/glance/image-schema.ts';
import { imageToGlance } from '../../src/image-api/glance/image-to-glance.ts';
import { Invalid } from '../../src/index.ts';

const schema = parseImageSchema({
  properties: {
    ...Object.fromEntries(
      'id name visibility size os_hidden fresh_one'.split(' ').map((name) => [name, {}]),
    ),
    kernel_id: { is_base: false },
    os_distro: { type: 'string', is_base: false },
  },
});

test('base attributes stand at the top as the schema says, whatever they are called', () => {
  const json = {
    id: 'x',
    fresh_one: 1,
    os_hidden: false,
    os_distro: 'debian',
    kernel_id: null,
    own: 'o',
  };
  const image = imageFromGlance(json, schema);
  expect(image).toMatchObject({ id: 'x', freshOne: 1, osHidden: false });
  expect(image.properties).toEqual({ os_distro: 'debian', kernel_id: null, own: 'o' });
});

test.each([
  ['public', true],
  ['private', false],
  ['shared', false],
  ['community', false],
])('visibility %s is isPublic %s and nothing else', (visibility, isPublic) => {
  const image = imageFromGlance({ id: 'x', visibility }, schema);
  expect([image.isPublic, 'visibility' in image]).toEqual([isPublic, false]);
});

test('what Glance leaves out has a value all the same', () => {
  expect(imageFromGlance({ id: 'x', size: null }, schema)).toEqual({
    id: 'x',
    name: null,
    status: '',
    size: 0,
    isPublic: false,
    checksum: null,
    diskFormat: null,
    containerFormat: null,
    minDisk: 0,
    minRam: 0,
    owner: null,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
    deleted: false,
    properties: {},
  });
});

test.each([
  ['2030-01-02T03:04:05Z', '2030-01-02T03:04:05.000Z'],
  ['2030-01-02T03:04:05.678901', '2030-01-02T03:04:05.678Z'],
  ['2030-01-02T03:04:05+02:00', '2030-01-02T01:04:05.000Z'],
])('the time %s is read as UTC unless it says otherwise', (text, time) => {
  const { createdAt } = imageFromGlance({ created_at: text }, schema);
  expect(createdAt?.toISOString()).toBe(time);
});

test('block_device_mapping and mappings are JSON text at Glance and values here, both ways', () => {
  const value = [{ device_name: 'vda', delete_on_termination: true }];
  const text = JSON.stringify(value);
  const given = { properties: { block_device_mapping: value, mappings: text } };
  const { attributes } = imageToGlance(given);
  expect(attributes).toEqual({ block_device_mapping: text, mappings: text });
  expect(imageFromGlance(attributes, schema).properties).toEqual({
    block_device_mapping: value,
    mappings: value,
  });
  const broken = imageFromGlance({ mappings: 'no JSON' }, schema);
  expect(broken.properties).toEqual({ mappings: 'no JSON' });
});

test('properties become text and stand at the top', () => {
  const properties = { a: 'x', b: 5, c: true, d: false, e: null, f: undefined, g: ['y'] };
  expect(imageToGlance({ name: 'n', properties }).attributes).toEqual({
    a: 'x',
    b: '5',
    c: 'True',
    d: 'False',
    e: null,
    g: '["y"]',
    name: 'n',
  });
});

test.each(['none', 'None', '', ' '])('kernel_id and ramdisk_id %j are left out', (id) => {
  const properties = { kernel_id: id, ramdisk_id: id, other_id: id };
  expect(imageToGlance({ properties }).attributes).toEqual({ other_id: id });
});

test('kernel_id and ramdisk_id that name an image, or null, stay', () => {
  const properties = { kernel_id: 'x', ramdisk_id: null };
  expect(imageToGlance({ properties }).attributes).toEqual(properties);
});

test('what only Glance sets is left out', () => {
  const now = new Date(0);
  const set = { status: 'active', createdAt: now, updatedAt: now, deletedAt: now };
  const info = { ...set, deleted: false, size: 5, directUrl: 'x', diskFormat: 'raw' };
  expect(imageToGlance(info).attributes).toEqual({ disk_format: 'raw' });
});

test('isPublic is a visibility, one given as such stays', () => {
  expect(imageToGlance({ isPublic: true }).attributes).toEqual({ visibility: 'public' });
  expect(imageToGlance({ isPublic: false }).attributes).toEqual({ visibility: 'private' });
  expect(imageToGlance({ visibility: 'shared' }).attributes).toEqual({ visibility: 'shared' });
});

test('minRam and minDisk are whole numbers, also from text', () => {
  expect(imageToGlance({ minRam: '512', minDisk: 3.9 }).attributes).toEqual({
    min_ram: 512,
    min_disk: 3,
  });
  expect(() => imageToGlance({ minRam: 'much' })).toThrow(Invalid);
});

test("the caller's object stays as it is", () => {
  const info = Object.freeze({
    location: 'file:///a',
    properties: Object.freeze({ instance_owner: 'p', mappings: [] }),
  });
  expect(imageToGlance(info)).toEqual({
    attributes: { mappings: '[]' },
    locations: [{ url: 'file:///a', metadata: {} }],
    instanceOwner: 'p',
  });
});

test.each(['os_hash_value', 'name', 'x_1', 'a__b', '_x'])(
  'the attribute %s has a name here that leads back to it',
  (name) => {
    expect(glanceName(camelName(name))).toBe(name);
  },
);
