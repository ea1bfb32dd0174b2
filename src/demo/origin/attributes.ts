// Which attributes of an image a client may set, and to what: the image schema as checks.
import type { ImageRecord } from './image-record.ts';
import { pythonRepr } from './python-json.ts';
import { refusal } from './refusal.ts';

/** The record with one more attribute set; refuses what the schema or Glance's rules forbid. */
export function withAttribute(image: ImageRecord, name: string, value: unknown): ImageRecord {
  requireSettable(name);
  if (!isBaseAttribute(name)) {
    if (typeof value !== 'string') throw mismatch(`${pythonRepr(value)} is not of type 'string'`);
    return { ...image, properties: { ...image.properties, [name]: value } };
  }
  const problem = SETTABLE[name]?.(value) ?? null;
  if (problem !== null) throw mismatch(problem);
  if (typeof value === 'number' && value < 0) {
    const what = `Invalid value '${value}' for parameter '${name}'`;
    throw refusal(400, `${what}: Cannot be a negative value`);
  }
  return { ...image, [name]: name === 'tags' && Array.isArray(value) ? unique(value) : value };
}

/** Refuses with 403 the attributes that only Glance sets. */
export function requireSettable(name: string): void {
  if (READ_ONLY.has(name)) throw refusal(403, `Attribute '${name}' is read-only.`);
  if (RESERVED.has(name)) throw refusal(403, `Attribute '${name}' is reserved.`);
}

/** Whether every image has it, as opposed to a property that a user added. */
export const isBaseAttribute = (name: string): boolean => Object.hasOwn(SETTABLE, name);

const VISIBILITIES = ['community', 'public', 'private', 'shared'];
export const CONTAINER_FORMATS = 'ami ari aki bare ovf ova docker compressed'.split(' ');
export const DISK_FORMATS = 'ami ari aki vhd vhdx vmdk raw qcow2 vdi iso ploop'.split(' ');

type Check = (value: unknown) => string | null;

const isText: Check = (value) =>
  typeof value === 'string' ? null : `${pythonRepr(value)} is not of type 'string'`;
const isTextOrNull: Check = (value) =>
  value === null || typeof value === 'string'
    ? null
    : `${pythonRepr(value)} is not of type 'null', 'string'`;
const isFlag: Check = (value) =>
  typeof value === 'boolean' ? null : `${pythonRepr(value)} is not of type 'boolean'`;
const isWhole: Check = (value) =>
  Number.isInteger(value) ? null : `${pythonRepr(value)} is not of type 'integer'`;
const isTexts: Check = (value) =>
  Array.isArray(value)
    ? (value.map(isText).find((problem) => problem !== null) ?? null)
    : `${pythonRepr(value)} is not of type 'array'`;
const isOneOf =
  (words: readonly (string | null)[]): Check =>
  (value) =>
    words.some((word) => word === value)
      ? null
      : `${pythonRepr(value)} is not one of [${words.map(pythonRepr).join(', ')}]`;

const SETTABLE: Readonly<Record<string, Check>> = {
  name: isTextOrNull,
  visibility: isOneOf(VISIBILITIES),
  protected: isFlag,
  os_hidden: isFlag,
  owner: isText,
  min_ram: isWhole,
  min_disk: isWhole,
  disk_format: isOneOf([null, ...DISK_FORMATS]),
  container_format: isOneOf([null, ...CONTAINER_FORMATS]),
  tags: isTexts,
};

const READ_ONLY: ReadonlySet<string> = new Set(
  (
    'id status checksum os_hash_algo os_hash_value size virtual_size created_at updated_at ' +
    'direct_url self file schema stores'
  ).split(' '),
);

const RESERVED: ReadonlySet<string> = new Set(['locations', 'location', 'deleted', 'deleted_at']);

const mismatch = (problem: string) =>
  refusal(400, `Provided object does not match schema 'image': ${problem}`);

const unique = (values: readonly unknown[]): readonly unknown[] => [...new Set(values)];
