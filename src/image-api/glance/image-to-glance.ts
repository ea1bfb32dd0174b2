// What a caller says about an image, as Glance's attributes (`_translate_to_glance`).
import { Invalid } from '../errors.ts';
import type { ImageInfo, ImageLocation } from '../image.ts';
import { glanceName } from './attribute-names.ts';
import { isJsonObject } from './json.ts';

export interface GlanceImageInfo {
  /** As a create request has them, or as a patch sets them. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly locations: readonly ImageLocation[];
  /** The project that is made a member of a new image. */
  readonly instanceOwner: string | null;
}

/** The caller's object stays as it is. Throws Invalid for sizes that are no whole numbers. */
export function imageToGlance({ properties = {}, ...info }: ImageInfo): GlanceImageInfo {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || name === 'instance_owner' || isNoImage(name, value)) continue;
    attributes[name] = propertyText(value);
  }
  for (const [name, value] of Object.entries(info)) {
    const glance = glanceName(name);
    if (value === undefined || LEFT_OUT.has(glance)) continue;
    if (glance === 'is_public') attributes.visibility = value === true ? 'public' : 'private';
    else attributes[glance] = WHOLE.has(glance) ? whole(name, value) : value;
  }
  const { instance_owner: owner } = properties;
  return {
    attributes,
    locations: locationsOf(info),
    instanceOwner: typeof owner === 'string' && owner !== '' ? owner : null,
  };
}

/** What only Glance sets, and what goes other ways. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  `status created_at updated_at deleted_at deleted size location locations direct_url`.split(/\s+/),
);

const WHOLE: ReadonlySet<string> = new Set(['min_disk', 'min_ram']);

/** Nova writes `none` where there is no kernel; Glance takes only ids of images. */
function isNoImage(name: string, value: unknown): boolean {
  if (name !== 'kernel_id' && name !== 'ramdisk_id') return false;
  return typeof value === 'string' && /^(none)?$/i.test(value.trim());
}

/** Text as it is, null too; the rest as Nova writes it: `True` and `False`, numbers, JSON. */
function propertyText(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

function whole(name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return Math.trunc(number);
  throw new Invalid(`${name} is not a whole number.`);
}

function locationsOf({ location, locations = [] }: ImageInfo): readonly ImageLocation[] {
  const single = typeof location === 'string' && location !== '';
  const given = locations.filter(({ url }) => !single || url !== location);
  return [
    ...(single ? [{ url: location, metadata: {} }] : []),
    ...given.map(({ url, metadata }) => ({
      url,
      metadata: isJsonObject(metadata) ? metadata : {},
    })),
  ];
}
