// GET /v2/images: which images a caller is shown, in which order, and the links to go on with.
import { type Caller, isAdmin, sees } from './access.ts';
import { glanceTime, type ImageRecord, imageView } from './image-record.ts';
import { refusal } from './refusal.ts';

/** One page of the list as JSON members, for a query on `/v2/images`. */
export function imageList(
  images: readonly ImageRecord[],
  caller: Caller,
  query: URLSearchParams,
): Readonly<Record<string, unknown>> {
  const limit = pageLimit(query.get('limit'));
  const wanted = images.filter(
    (image) => isListed(image, caller, query) && matchesFilters(image, query),
  );
  const sorted = wanted.sort(ordering(query));
  const page = sorted.slice(afterMarker(sorted, query.get('marker')), Infinity).slice(0, limit);
  const last = page.at(-1);
  return {
    images: page.map(imageView),
    first: link(query, null),
    schema: '/v2/schemas/images',
    // A full page may be the last one: Glance does not look further.
    ...(last !== undefined && page.length === limit ? { next: link(query, last.id) } : {}),
  };
}

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1000;

function pageLimit(text: string | null): number {
  if (text === null) return DEFAULT_LIMIT;
  if (!/^[+-]?\d+$/.test(text)) throw refusal(400, 'limit param must be an integer');
  if (Number(text) < 0) throw refusal(400, 'limit param must be positive');
  return Math.min(Number(text), MAX_LIMIT);
}

/** What may be seen by id is not always listed: hidden, offered, and other people's community images. */
function isListed(image: ImageRecord, caller: Caller, query: URLSearchParams): boolean {
  const visibility = query.get('visibility');
  if (visibility !== null && !VISIBILITIES.includes(visibility)) {
    throw refusal(400, `Invalid visibility value: ${visibility}`);
  }
  if (!sees(caller, image)) return false;
  if (String(image.os_hidden) !== (query.get('os_hidden') ?? 'false')) return false;
  if (visibility !== null && visibility !== 'all' && visibility !== image.visibility) return false;
  if (image.owner === caller.project) return true;
  if (image.visibility === 'community') return visibility !== null;
  if (image.visibility !== 'shared' || isAdmin(caller)) return true;
  const wanted = query.get('member_status') ?? 'accepted';
  const status = image.members.find(({ id }) => id === caller.project)?.status;
  return wanted === 'all' || wanted === status;
}

const VISIBILITIES = ['community', 'public', 'private', 'shared', 'all'];

/** Keys that steer the list; any other key filters by an attribute or property of that name. */
const STEERING: ReadonlySet<string> = new Set(
  'limit marker sort sort_key sort_dir visibility os_hidden member_status tag'.split(' '),
);

function matchesFilters(image: ImageRecord, query: URLSearchParams): boolean {
  if (!query.getAll('tag').every((tag) => image.tags.includes(tag))) return false;
  const view = imageView(image);
  // Of a key that comes twice the last counts.
  for (const [name, wanted] of new Map(query)) {
    if (STEERING.has(name)) continue;
    if (name === 'protected' && wanted !== 'true' && wanted !== 'false') {
      const problem = `Invalid value '${wanted}' for 'protected' filter`;
      throw refusal(400, `${problem}. Valid values are 'true' or 'false'.`);
    }
    const words = wanted.startsWith('in:') ? wanted.slice(3).split(',') : [wanted];
    if (!words.includes(asText(view[name]))) return false;
  }
  return true;
}

type Compare = (a: ImageRecord, b: ImageRecord) => number;

const SORT_KEYS =
  'name, status, container_format, disk_format, size, id, created_at, updated_at'.split(', ');

function ordering(query: URLSearchParams): Compare {
  if (query.has('sort') && (query.has('sort_key') || query.has('sort_dir'))) {
    throw refusal(400, 'Old and new sorting syntax cannot be combined');
  }
  const direction = query.get('sort_dir') ?? 'desc';
  const asked =
    query.get('sort')?.split(',') ?? query.getAll('sort_key').map((key) => `${key}:${direction}`);
  const compares = [...asked, `created_at:${direction}`, `id:${direction}`].map((text) => {
    const [key = '', dir = 'desc'] = text.split(':');
    if (!SORT_KEYS.includes(key)) {
      const known = SORT_KEYS.join(', ');
      throw refusal(400, `Invalid sort key: ${key}. It must be one of the following: ${known}.`);
    }
    if (dir !== 'asc' && dir !== 'desc') throw refusal(400, `Invalid sort direction: ${dir}`);
    return comparing(key, dir === 'asc' ? 1 : -1);
  });
  return (a, b) => compares.map((compare) => compare(a, b)).find((order) => order !== 0) ?? 0;
}

function comparing(key: string, sign: 1 | -1): Compare {
  return (a, b) => {
    const [one, other] = [sortValue(a, key), sortValue(b, key)];
    if (one === other) return 0;
    return one < other ? -sign : sign;
  };
}

function sortValue(image: ImageRecord, key: string): string | number {
  if (key === 'created_at') return glanceTime(image.createdAt);
  const value = imageView(image)[key];
  return typeof value === 'number' ? value : asText(value);
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function afterMarker(images: readonly ImageRecord[], marker: string | null): number {
  if (marker === null) return 0;
  const index = images.findIndex(({ id }) => id === marker);
  if (index < 0) throw refusal(400, `No image found with ID ${marker}`);
  return index + 1;
}

/** A relative link to a page; repeated keys collapse to the last, as Glance's do. */
function link(query: URLSearchParams, marker: string | null): string {
  const parameters = new Map(query);
  parameters.delete('marker');
  if (marker !== null) parameters.set('marker', marker);
  const text = new URLSearchParams([...parameters]).toString();
  // Python escapes "*" and leaves "~"; URLSearchParams does the opposite.
  const encoded = text.replaceAll('*', '%2A').replaceAll('%7E', '~');
  return encoded === '' ? '/v2/images' : `/v2/images?${encoded}`;
}
