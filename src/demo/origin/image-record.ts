// An image as the embedded Glance keeps it, and the JSON that clients see. Attributes carry
// Glance's own names, so that a PATCH can name them.
import { pythonJson } from './python-json.ts';

export type Visibility = 'public' | 'private' | 'shared' | 'community';

export type ImageStatus = 'queued' | 'saving' | 'active' | 'deactivated';

/** A project that a shared image was offered to. */
export interface Member {
  readonly id: string;
  readonly status: 'pending' | 'accepted' | 'rejected';
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ImageRecord {
  readonly id: string;
  readonly name: string | null;
  readonly disk_format: string | null;
  readonly container_format: string | null;
  readonly visibility: Visibility;
  /** Bytes; null until the image has data. */
  readonly size: number | null;
  readonly virtual_size: number | null;
  readonly status: ImageStatus;
  /** MD5 of the data in hexadecimal. */
  readonly checksum: string | null;
  readonly protected: boolean;
  readonly min_ram: number;
  readonly min_disk: number;
  readonly owner: string;
  readonly os_hidden: boolean;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly tags: readonly string[];
  /** What users added; every value is text. */
  readonly properties: Readonly<Record<string, string>>;
  readonly members: readonly Member[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Its id is never given out again. */
  readonly deleted: boolean;
}

/** A new image without data. */
export function newImage(id: string, owner: string, now: number): ImageRecord {
  return {
    id,
    name: null,
    disk_format: null,
    container_format: null,
    visibility: 'shared',
    size: null,
    virtual_size: null,
    status: 'queued',
    checksum: null,
    protected: false,
    min_ram: 0,
    min_disk: 0,
    owner,
    os_hidden: false,
    os_hash_algo: null,
    os_hash_value: null,
    tags: [],
    properties: {},
    members: [],
    createdAt: now,
    updatedAt: now,
    deleted: false,
  };
}

/** The record's JSON text, members in Glance's order. */
export function imageJson(image: ImageRecord): string {
  return pythonJson(imageView(image));
}

/** The record as clients see it: what users added comes first. */
export function imageView(image: ImageRecord): Readonly<Record<string, unknown>> {
  const self = `/v2/images/${image.id}`;
  return {
    ...image.properties,
    name: image.name,
    disk_format: image.disk_format,
    container_format: image.container_format,
    visibility: image.visibility,
    size: image.size,
    virtual_size: image.virtual_size,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: image.min_ram,
    min_disk: image.min_disk,
    owner: image.owner,
    os_hidden: image.os_hidden,
    os_hash_algo: image.os_hash_algo,
    os_hash_value: image.os_hash_value,
    id: image.id,
    created_at: glanceTime(image.createdAt),
    updated_at: glanceTime(image.updatedAt),
    tags: image.tags,
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
    ...(image.status === 'active' ? { stores: STORE } : {}),
  };
}

/** The only store, as `/v2/info/stores` names it. */
export const STORE = 'disk';

/** Epoch milliseconds as Glance writes times: whole seconds, UTC. */
export function glanceTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
