// What concerns several keys at once. Each check reads only the keys it needs and passes over those
// that are wrong in themselves, so that one run finds every mistake.
import type * as z from 'zod';
import { normalizeEndpoint } from '../core/endpoint.ts';
import { addressesCollide } from './address.ts';
import type { Problem } from './mistake.ts';
import { formatPath, type Path, valueAt } from './path.ts';
import { formatSize } from './quantity.ts';
import { ConfigSchema } from './schema.ts';

/** The problems that show only between keys, whether or not the rest of the data is right. */
export function crossCheck(data: unknown): readonly Problem[] {
  return [
    ...addresses(data),
    ...regionNames(data),
    ...defaultRegion(data),
    ...sharedBetweenRegions(data, 'endpoints', normalizeEndpoint),
    ...sharedBetweenRegions(data, 'hosts', (host) => host.toLowerCase()),
    ...roomForChunks(data),
    ...diskFolders(data),
  ];
}

const KEYS = ConfigSchema.shape;
const CACHE_KEYS = KEYS.cache.unwrap().shape;
const LIMIT_KEYS = KEYS.limits.unwrap().shape;

/** The parsed value of a key, its default when it is absent, or undefined when it is wrong. */
function read<S extends z.ZodType>(data: unknown, path: Path, schema: S): z.output<S> | undefined {
  return schema.safeParse(valueAt(data, path)).data;
}

function addresses(data: unknown): readonly Problem[] {
  const listen = read(data, ['listen'], KEYS.listen);
  const admin = read(data, ['admin'], KEYS.admin);
  if (!listen || !admin || !addressesCollide(listen, admin)) return [];
  return [{ path: ['admin'], message: 'is taken by listen; write another port' }];
}

/** Dots alone are steps in a path to every client on the way; `__proto__` is one to JavaScript. */
const REGION_NAME = /^(?!(\.{1,2}|__proto__)$)[A-Za-z0-9._-]+$/;

function regionNames(data: unknown): readonly Problem[] {
  const message = 'is no name for a region; write letters, digits, ".", "_" and "-"';
  return namesOf(data)
    .filter((name) => !REGION_NAME.test(name))
    .map((name) => ({ path: ['regions', name], message, part: 'key' }));
}

function defaultRegion(data: unknown): readonly Problem[] {
  const name = read(data, ['default_region'], KEYS.default_region);
  const regions = namesOf(data);
  if (name === undefined || regions.length === 0 || regions.includes(name)) return [];
  const message = `"${name}" is not listed under regions; there are ${regions.join(', ')}`;
  return [{ path: ['default_region'], message }];
}

/** One endpoint or host can lead to one region only. */
function sharedBetweenRegions(
  data: unknown,
  key: 'endpoints' | 'hosts',
  normalize: (text: string) => string | null,
): readonly Problem[] {
  const firstAt = new Map<string, Path>();
  return namesOf(data).flatMap((region) => {
    const listed = valueAt(data, ['regions', region, key]);
    const texts: readonly unknown[] = Array.isArray(listed) ? listed : [];
    return texts.flatMap((text, index): Problem[] => {
      const normal = typeof text === 'string' ? normalize(text) : null;
      if (normal === null) return [];
      const path = ['regions', region, key, index];
      const first = firstAt.get(normal);
      if (first === undefined) firstAt.set(normal, path);
      return first ? [{ path, message: `is the same as ${formatPath(first)}; keep one` }] : [];
    });
  });
}

function roomForChunks(data: unknown): readonly Problem[] {
  const chunk = read(data, ['cache', 'chunk_size'], CACHE_KEYS.chunk_size);
  if (chunk === undefined) return [];
  const memory = read(data, ['cache', 'memory'], CACHE_KEYS.memory);
  const buffers = read(data, ['limits', 'fill_buffers'], LIMIT_KEYS.fill_buffers);
  const tiers = read(data, ['cache', 'tiers'], CACHE_KEYS.tiers) ?? [];
  // Both are shared out among the workers.
  const workers = read(data, ['workers'], KEYS.workers) ?? 1;
  const rooms = [
    { path: ['cache', 'memory'], bytes: memory, chunks: 4 * workers },
    { path: ['limits', 'fill_buffers'], bytes: buffers, chunks: workers },
    ...tiers.map((tier, index) => ({
      path: ['cache', 'tiers', index, 'max_size'],
      bytes: tier.store === 'disk' ? tier.max_size : undefined,
      chunks: 16,
    })),
  ];
  return rooms.flatMap(({ path, bytes = Number.POSITIVE_INFINITY, chunks }) =>
    bytes >= chunks * chunk ? [] : [{ path, message: tooSmall(chunks, chunk) }],
  );
}

function tooSmall(chunks: number, chunkBytes: number): string {
  const least = formatSize(chunks * chunkBytes);
  const unit = chunks === 1 ? 'a chunk' : `${chunks} chunks`;
  return `must hold ${unit} of cache.chunk_size: write at least ${least}`;
}

function diskFolders(data: unknown): readonly Problem[] {
  const tiers = read(data, ['cache', 'tiers'], CACHE_KEYS.tiers) ?? [];
  const folders = tiers.map((tier) => (tier.store === 'disk' ? tier.path : null));
  return folders.flatMap((folder, index): Problem[] => {
    if (folder === null || folders.indexOf(folder) === index) return [];
    const path = ['cache', 'tiers', index, 'path'];
    return [{ path, message: 'is the folder of another tier; write one of its own' }];
  });
}

function namesOf(data: unknown): readonly string[] {
  const regions = valueAt(data, ['regions']);
  const isMapping = typeof regions === 'object' && regions !== null && !Array.isArray(regions);
  return isMapping ? Object.keys(regions) : [];
}
