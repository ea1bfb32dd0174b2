// Glance's JSON of an image to the record that Nova works with (`_translate_from_glance`).
import type { Image, ImageLocation } from '../image.ts';
import { camelName } from './attribute-names.ts';
import type { ImageSchema } from './image-schema.ts';
import { isJsonObject, type JsonObject, textOrNull, wholeOrNull } from './json.ts';

/**
 * What the schema calls a base attribute stands at the top, everything else in `properties`.
 * `visibility` becomes `isPublic`, an unknown size 0, times dates; links, tags, `protected` and
 * `virtual_size` are left out, locations too unless they are asked for.
 */
export function imageFromGlance(
  json: JsonObject,
  schema: ImageSchema,
  { includeLocations = false }: { readonly includeLocations?: boolean } = {},
): Image {
  const further: Record<string, unknown> = {};
  const properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    if (OMITTED.has(name)) continue;
    if (schema.isBase(name)) further[camelName(name)] = value;
    else properties[name] = CONVERTED.has(name) ? parsed(value) : value;
  }
  return {
    ...further,
    id: textOrNull(json.id) ?? '',
    name: textOrNull(json.name),
    status: textOrNull(json.status) ?? '',
    size: wholeOrNull(json.size) ?? 0,
    isPublic: json.visibility === 'public',
    checksum: textOrNull(json.checksum),
    diskFormat: textOrNull(json.disk_format),
    containerFormat: textOrNull(json.container_format),
    minDisk: wholeOrNull(json.min_disk) ?? 0,
    minRam: wholeOrNull(json.min_ram) ?? 0,
    owner: textOrNull(json.owner),
    createdAt: time(json.created_at),
    updatedAt: time(json.updated_at),
    deletedAt: time(json.deleted_at),
    deleted: json.deleted === true,
    ...(includeLocations ? locationsOf(json) : {}),
    properties,
  };
}

const OMITTED: ReadonlySet<string> = new Set(
  'self schema protected virtual_size file tags visibility direct_url locations'.split(' '),
);

/** Properties that Nova keeps as JSON text. */
const CONVERTED: ReadonlySet<string> = new Set(['block_device_mapping', 'mappings']);

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The direct URL comes last, even where it is among the locations already: Nova tries them in turn. */
function locationsOf(json: JsonObject): Pick<Image, 'directUrl' | 'locations'> {
  const given = Array.isArray(json.locations) ? json.locations.flatMap(location) : [];
  const directUrl = textOrNull(json.direct_url);
  if (directUrl === null) return { locations: given };
  return { directUrl, locations: [...given, { url: directUrl, metadata: {} }] };
}

function location(value: unknown): ImageLocation[] {
  if (!isJsonObject(value) || typeof value.url !== 'string') return [];
  return [{ url: value.url, metadata: isJsonObject(value.metadata) ? value.metadata : {} }];
}

/** Glance writes UTC, in some releases without saying so. */
function time(value: unknown): Date | null {
  if (typeof value !== 'string') return null;
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date;
}
