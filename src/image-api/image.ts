// The image record as Nova knows it, and what a caller may say about an image. Names are camelCase
// where Glance's own attributes are meant; properties keep the names that users gave them.
import type { ImageLocation } from './direct-url/handler.ts';

export type { ImageLocation };

export type ImageProperties = Readonly<Record<string, unknown>>;

/** An image as Nova's `_translate_from_glance` gives it, with dates as `Date`. */
export interface Image {
  readonly id: string;
  readonly name: string | null;
  /** `queued`, `saving`, `active`, `deactivated` … */
  readonly status: string;
  /** Bytes of data; 0 while Glance does not know, as in Nova. */
  readonly size: number;
  /** True for the visibility `public` alone. */
  readonly isPublic: boolean;
  /** MD5 of the data in hexadecimal. */
  readonly checksum: string | null;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  /** GiB. */
  readonly minDisk: number;
  /** MiB. */
  readonly minRam: number;
  /** The project that it belongs to. */
  readonly owner: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly deleted: boolean;
  /** Only with `includeLocations`. */
  readonly directUrl?: string;
  /** Only with `includeLocations`; Glance's `direct_url` is the last of them. */
  readonly locations?: readonly ImageLocation[];
  /** Everything that is not an attribute of all images, by the names that users gave. */
  readonly properties: ImageProperties;
  /** Further attributes that the image schema of that Glance has, such as `osHashValue`. */
  readonly [attribute: string]: unknown;
}

/**
 * What `create` and `update` say about an image. What only Glance sets (status, size, times) is left
 * out on the way, so that a record read before can be given back.
 */
export interface ImageInfo {
  /** Of a new image: one of the caller's choice, a UUID. `update` ignores it. */
  readonly id?: string | undefined;
  readonly name?: string | null | undefined;
  /** `public` or `private`; for the others give `visibility`. */
  readonly isPublic?: boolean | undefined;
  readonly visibility?: 'public' | 'private' | 'shared' | 'community' | undefined;
  readonly diskFormat?: string | null | undefined;
  readonly containerFormat?: string | null | undefined;
  readonly minDisk?: number | string | undefined;
  readonly minRam?: number | string | undefined;
  readonly protected?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  /** 0 without data makes an image that is active and empty. */
  readonly size?: number | undefined;
  /** Where the data lies already, for a Glance that lets callers say so. */
  readonly location?: string | undefined;
  readonly locations?: readonly ImageLocation[] | undefined;
  /**
   * Values are text to Glance. `instance_owner` is no property: the project of that id is made a
   * member of the new image.
   */
  readonly properties?: ImageProperties | undefined;
  readonly [attribute: string]: unknown;
}
