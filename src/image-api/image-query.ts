// What `getAll` may be asked for, and the query that Glance is asked with.
import { Invalid } from './errors.ts';

/** A value, or several of which one must match (all, for `tag`). */
export type FilterValue = string | number | boolean | Date | readonly string[] | null | undefined;

export interface ImageQuery {
  /**
   * By Glance's names of attributes and properties. Besides: `property-NAME` is the property NAME;
   * `changes-since` is the earliest `updated_at`; `is_public` picks a visibility when it is true or
   * false, and none otherwise (Nova's `none`).
   */
  readonly filters?: Readonly<Record<string, FilterValue>> | undefined;
  /** The id of the image before the first one that is wanted. */
  readonly marker?: string | undefined;
  /** Images at most, over all pages; all of them unless given. */
  readonly limit?: number | undefined;
  /** Images in one answer of Glance. 200 unless given, as in Glance's client. */
  readonly pageSize?: number | undefined;
  readonly sortKey?: string | readonly string[] | undefined;
  /** `asc` or `desc`: one for all keys, or one for each. */
  readonly sortDir?: string | readonly string[] | undefined;
}

const DEFAULT_PAGE_SIZE = 200;

/** The query of one page after `marker`; `left` images are still wanted. Throws Invalid. */
export function pageQuery(query: ImageQuery, marker: string | null, left: number): URLSearchParams {
  const page = new URLSearchParams();
  const size = query.pageSize ? query.pageSize : DEFAULT_PAGE_SIZE;
  page.append('limit', String(Math.min(size, left)));
  if (marker !== null && marker !== '') page.append('marker', marker);
  const keys = listOf(query.sortKey);
  const directions = listOf(query.sortDir);
  if (directions.length > 1 && directions.length !== keys.length) {
    throw new Invalid('Give one sortDir, or one for each sortKey.');
  }
  for (const key of keys) page.append('sort_key', key);
  for (const direction of directions) page.append('sort_dir', direction);
  for (const [name, value] of Object.entries(query.filters ?? {})) {
    for (const [key, text] of filter(name, value)) page.append(key, text);
  }
  return page;
}

function filter(name: string, value: FilterValue): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return [];
  if (name === 'is_public') return visibility(value);
  const text = textOf(value);
  if (name === 'changes-since') return [['updated_at', `gte:${text}`]];
  // Nova strips the letters of "property-" off the name's front, so that `property-os_type` became
  // `s_type`; the prefix is what is meant.
  const key = name.startsWith('property-') ? name.slice('property-'.length) : name;
  if (typeof value !== 'object' || value instanceof Date) return [[key, text]];
  return key === 'tag' ? value.map((tag) => [key, tag] as const) : [[key, `in:${inList(value)}`]];
}

function visibility(value: FilterValue): readonly (readonly [string, string])[] {
  const word = String(value).toLowerCase();
  if (word === 'true' || word === '1') return [['visibility', 'public']];
  if (word === 'false' || word === '0') return [['visibility', 'private']];
  return [];
}

/** Glance takes times without fractions. */
function textOf(value: FilterValue): string {
  return value instanceof Date ? value.toISOString().replace(/\.\d+Z$/, 'Z') : String(value);
}

const inList = (values: readonly string[]): string =>
  values
    .map((value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value))
    .join(',');

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === '') return [];
  return typeof value === 'string' ? [value] : value;
}
