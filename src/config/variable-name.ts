// The name of an environment variable, matched against the keys of the schema.
import { nearest } from './nearest.ts';
import { type Path, valueAt } from './path.ts';
import { CONFIG_SHAPE, type Shape } from './shape.ts';

export const PREFIX = 'GLANCE_EDGE_';

export type VariableMatch =
  /** The one key that the name stands for. */
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'mistake'; readonly message: string };

/** The key that a variable sets; `data` tells which regions there are and how long lists are. */
export function matchVariable(variable: string, data: unknown): VariableMatch {
  const [path, ...others] = pathsOf(CONFIG_SHAPE, variable.slice(PREFIX.length), data);
  if (path === undefined) return { kind: 'mistake', message: unknownVariable(variable, data) };
  if (others.length > 0) {
    return { kind: 'mistake', message: 'stands for several keys at once; set them in the file' };
  }
  const gap = firstGap(path, data);
  return gap === null ? { kind: 'path', path } : { kind: 'mistake', message: gap };
}

/** The name of the variable for a path. */
export function variableName(path: Path): string {
  return PREFIX + path.map((step) => capitals(String(step))).join('_');
}

/** Every path that the rest of a name can stand for; names of regions may hold `_` themselves. */
function pathsOf(shape: Shape, rest: string, data: unknown): Path[] {
  switch (shape.kind) {
    case 'leaf':
      return rest === '' ? [[]] : [];
    case 'group':
      return [...shape.keys].flatMap(([key, each]) => pathsBelow(key, each, rest, data));
    case 'named':
      return keysOf(data).flatMap((key) => pathsBelow(key, shape.each, rest, data));
    case 'list': {
      const [digits] = /^\d{1,3}(?=_|$)/.exec(rest) ?? [];
      return digits === undefined ? [] : pathsBelow(Number(digits), shape.each, rest, data);
    }
    default:
      return shape satisfies never;
  }
}

function pathsBelow(step: string | number, shape: Shape, rest: string, data: unknown): Path[] {
  const word = capitals(String(step));
  if (rest !== word && !rest.startsWith(`${word}_`)) return [];
  const below = pathsOf(shape, rest.slice(word.length + 1), valueAt(data, [step]));
  return below.map((path) => [step, ...path]);
}

/** Variables hold neither `-` nor `.`; both are written `_`. */
function capitals(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/** Complains about a list element that would leave a hole before it. */
function firstGap(path: Path, data: unknown): string | null {
  for (const [index, step] of path.entries()) {
    const list = valueAt(data, path.slice(0, index));
    const length = Array.isArray(list) ? list.length : 0;
    if (typeof step === 'number' && step > length) {
      return `the list has ${length} elements so far: the next one is ${length}`;
    }
  }
  return null;
}

function unknownVariable(variable: string, data: unknown): string {
  const guess = nearest(variable, knownVariables(CONFIG_SHAPE, [], data));
  return `is no key of the configuration${guess === null ? '' : `; did you mean ${guess}?`}`;
}

function knownVariables(shape: Shape, path: Path, data: unknown): string[] {
  switch (shape.kind) {
    case 'leaf':
      return [variableName(path)];
    case 'group':
      return [...shape.keys].flatMap(([key, each]) => knownVariables(each, [...path, key], data));
    case 'named':
      return keysOf(valueAt(data, path)).flatMap((key) =>
        knownVariables(shape.each, [...path, key], data),
      );
    case 'list':
      return knownVariables(shape.each, [...path, 0], data);
    default:
      return shape satisfies never;
  }
}

function keysOf(data: unknown): string[] {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data) : [];
}
