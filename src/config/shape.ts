// The schema seen as a tree of keys: what environment variables are matched against, unknown keys
// are compared with and the reference is written from.
import * as z from 'zod';
import type { About } from './leaf.ts';
import { ConfigSchema } from './schema.ts';

export type Shape = Leaf | Group | Named | List;

/** One scalar. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly about: AboutShape;
  /** Whether YAML has to hold a number here. */
  readonly numeric: boolean;
}

/** A mapping with known keys; those of every variant where the schema has several. */
export interface Group {
  readonly kind: 'group';
  readonly about: AboutShape;
  readonly keys: ReadonlyMap<string, Shape>;
  /** Empty when the schema has only one. */
  readonly variants: readonly Variant[];
}

/** The keys that a mapping may have when `key` holds `value`. */
export interface Variant {
  readonly key: string;
  readonly value: unknown;
  readonly keys: readonly string[];
}

/** A mapping whose keys the operator chooses. */
export interface Named {
  readonly kind: 'named';
  readonly about: AboutShape;
  readonly each: Shape;
}

export interface List {
  readonly kind: 'list';
  readonly about: AboutShape;
  readonly each: Shape;
}

export interface AboutShape extends About {
  /** As one writes it; null when there is none. */
  readonly fallback: string | null;
}

type Json = z.core.JSONSchema.BaseSchema;

/** The tree of the whole configuration. */
export const CONFIG_SHAPE: Shape = shapeOf(z.toJSONSchema(ConfigSchema, { io: 'input' }));

/** The shape at a path, or null when the schema has no such key. */
export function shapeAt(path: readonly PropertyKey[]): Shape | null {
  let shape: Shape | undefined = CONFIG_SHAPE;
  for (const step of path) {
    if (shape?.kind === 'group') shape = shape.keys.get(String(step));
    else shape = shape?.kind === 'named' || shape?.kind === 'list' ? shape.each : undefined;
  }
  return shape ?? null;
}

function shapeOf(json: Json): Shape {
  const about = aboutOf(json);
  if (json.oneOf) {
    const keys = new Map(json.oneOf.flatMap(keysOf));
    return { kind: 'group', about, keys, variants: json.oneOf.map(variantOf) };
  }
  if (json.type === 'array') return { kind: 'list', about, each: shapeOf(only(json.items)) };
  if (json.type !== 'object') return { kind: 'leaf', about, numeric: json.type === 'number' };
  if (json.properties) return { kind: 'group', about, keys: new Map(keysOf(json)), variants: [] };
  return { kind: 'named', about, each: shapeOf(only(json.additionalProperties)) };
}

function keysOf(json: Json): (readonly [string, Shape])[] {
  return Object.entries(json.properties ?? {}).map(([key, value]) => [key, shapeOf(only(value))]);
}

/** A variant is told by the one key that has to hold a certain value. */
function variantOf(json: Json): Variant {
  const properties = Object.entries(json.properties ?? {});
  const [key, value] = properties.find(([, each]) => only(each).const !== undefined) ?? [''];
  return { key, value: only(value).const, keys: properties.map(([name]) => name) };
}

function aboutOf(json: Json): AboutShape {
  const { description: meaning = '', form, reason, secret } = json;
  return {
    meaning,
    form: typeof form === 'string' ? form : 'a mapping of keys to values',
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(secret === true ? { secret } : {}),
    fallback: written(json.default),
  };
}

/** A default as one writes it; that of a group is made of those of its keys. */
function written(fallback: unknown): string | null {
  if (typeof fallback === 'string') return fallback;
  const shown = typeof fallback === 'number' || Array.isArray(fallback);
  return shown ? JSON.stringify(fallback) : null;
}

/** JSON Schema allows `true` and lists of schemas in places where ours never has them. */
function only(
  json: z.core.JSONSchema._JSONSchema | z.core.JSONSchema._JSONSchema[] | undefined,
): Json {
  return typeof json === 'object' && !Array.isArray(json) ? json : {};
}
