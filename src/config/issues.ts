// What the schema complains about, in the words of an operator.
import type * as z from 'zod';
import { complaint } from './leaf.ts';
import type { Problem } from './mistake.ts';
import { nearest } from './nearest.ts';
import { type Path, valueAt } from './path.ts';
import { type Shape, shapeAt } from './shape.ts';

/** The problems behind an issue: one for each unknown key, else one. */
export function problemsOf(issue: z.core.$ZodIssue, data: unknown): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], data));
    default:
      return [{ path, message: messageOf(issue, shapeAt(path), valueAt(data, path)) }];
  }
}

/** Leaves bring their own words; those of everything around them are made here. */
function messageOf(issue: z.core.$ZodIssue, shape: Shape | null, input: unknown): string {
  if (shape === null) return issue.message;
  const ownWords = shape.kind === 'leaf' && issue.code !== 'invalid_union';
  return ownWords ? issue.message : complaint(shape.about, input);
}

function unknownKey(path: Path, data: unknown): Problem {
  const parent = path.slice(0, -1);
  const taken = valueAt(data, parent);
  const known = keysFor(shapeAt(parent), taken);
  const free = known.filter((key) => valueAt(taken, [key]) === undefined);
  const guess = nearest(String(path.at(-1)), free);
  const advice =
    guess === null ? `the keys here are ${known.join(', ')}` : `did you mean ${guess}?`;
  return { path, message: `is not a key of the configuration; ${advice}`, part: 'key' };
}

/** The keys that fit beside those that are there. */
function keysFor(shape: Shape | null, taken: unknown): readonly string[] {
  if (shape?.kind !== 'group') return [];
  const variant = shape.variants.find(({ key, value }) => valueAt(taken, [key]) === value);
  return variant?.keys ?? [...shape.keys.keys()];
}
