// The difference between an image as it is and as it shall be, in the form that Glance takes
// (`application/openstack-images-v2.1-json-patch`).
import type { JsonObject } from './json.ts';

export const JSON_PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

export interface PatchStep {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** Nothing for what stays the same, or is to be removed and is not there; `wanted` goes before `removed`. */
export function patchSteps(
  current: JsonObject,
  wanted: JsonObject,
  removed: readonly string[],
): readonly PatchStep[] {
  const sets = Object.entries(wanted)
    .filter(([name, value]) => !isSame(current[name], value))
    .map(([name, value]): PatchStep => {
      const op = Object.hasOwn(current, name) ? 'replace' : 'add';
      return { op, path: pointer(name), value };
    });
  const removals = removed
    .filter((name) => Object.hasOwn(current, name) && !Object.hasOwn(wanted, name))
    .map((name): PatchStep => ({ op: 'remove', path: pointer(name) }));
  return [...removals, ...sets];
}

/** A new place where the data lies; it comes last. */
export function locationStep(location: {
  readonly url: string;
  readonly metadata: JsonObject;
}): PatchStep {
  return { op: 'add', path: '/locations/-', value: location };
}

/** RFC 6901, one level. */
const pointer = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Attributes are text, numbers, flags, or lists of text whose order Glance does not keep. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

const inOrder = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(String).sort() : value;
