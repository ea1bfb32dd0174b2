// GET /v2/schemas/image and images: what clients such as Nova read to tell an image's own
// attributes from properties that users added.
import { CONTAINER_FORMATS, DISK_FORMATS } from './attributes.ts';

const UUID =
  '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$';

const text = { type: 'string' };
const optionalText = { type: ['null', 'string'], maxLength: 255 };
const fixed = { type: 'string', readOnly: true };
const flag = { type: 'boolean' };
const whole = { type: 'integer' };
const counted = { type: ['null', 'integer'], readOnly: true };
const hash = { type: ['null', 'string'], readOnly: true, maxLength: 128 };
/** A property with a known meaning that is not every image's own. */
const known = { type: 'string', is_base: false };
const otherImage = { type: ['null', 'string'], pattern: UUID, is_base: false };

export const IMAGE_SCHEMA = {
  name: 'image',
  properties: {
    id: { ...text, pattern: UUID },
    name: optionalText,
    status: fixed,
    visibility: { ...text, enum: ['community', 'public', 'private', 'shared'] },
    protected: flag,
    os_hidden: flag,
    checksum: { ...hash, maxLength: 32 },
    os_hash_algo: { ...hash, maxLength: 64 },
    os_hash_value: hash,
    owner: optionalText,
    size: counted,
    virtual_size: counted,
    container_format: { type: ['null', 'string'], enum: [null, ...CONTAINER_FORMATS] },
    disk_format: { type: ['null', 'string'], enum: [null, ...DISK_FORMATS] },
    created_at: fixed,
    updated_at: fixed,
    tags: { type: 'array', items: { type: 'string', maxLength: 255 } },
    direct_url: fixed,
    min_ram: whole,
    min_disk: whole,
    self: fixed,
    file: fixed,
    stores: fixed,
    schema: fixed,
    locations: { type: 'array', items: { type: 'object', required: ['url', 'metadata'] } },
    kernel_id: otherImage,
    ramdisk_id: otherImage,
    instance_uuid: known,
    architecture: known,
    os_distro: known,
    os_version: known,
    description: known,
  },
  additionalProperties: text,
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
};

export const IMAGES_SCHEMA = {
  name: 'images',
  properties: {
    images: { type: 'array', items: IMAGE_SCHEMA },
    first: text,
    next: text,
    schema: text,
  },
  links: [
    { rel: 'first', href: '{first}' },
    { rel: 'next', href: '{next}' },
    { rel: 'describedby', href: '{schema}' },
  ],
};
