// Environment variables over the file: every scalar as GLANCE_EDGE_ and its path in capitals, such
// as GLANCE_EDGE_CACHE_TIERS_0_MAX_SIZE.
import type { Mistake } from './mistake.ts';
import { type Path, valueAt, withValue } from './path.ts';
import { shapeAt } from './shape.ts';
import { matchVariable, PREFIX } from './variable-name.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Overlay {
  /** The file's data with the variables' values in their places. */
  readonly data: unknown;
  readonly mistakes: readonly Mistake[];
  /** The variable that is to blame for what stands, or is missing, at the path; null for the file. */
  variableAt(path: Path): string | null;
}

/** Lays the variables over the file's data, whose regions and tiers give them their places. */
export function overlayEnvironment(fileData: unknown, environment: Environment): Overlay {
  const origins: Origin[] = [];
  const mistakes: Mistake[] = [];
  let data = fileData;
  for (const [variable, value] of settings(environment)) {
    const match = matchVariable(variable, data);
    if (match.kind === 'mistake') mistakes.push({ place: variable, message: match.message });
    else {
      data = withValue(data, match.path, typed(match.path, value));
      origins.push({ path: match.path, variable });
    }
  }
  return { data, mistakes, variableAt: (path) => blame(fileData, origins, path) };
}

interface Origin {
  readonly path: Path;
  readonly variable: string;
}

/**
 * What Kubernetes puts into every container beside a Service called `glance-edge` or
 * `glance-edge-…`: never meant as settings.
 */
const SERVICE_LINK =
  /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const SERVICE_LINK_VALUE = /^(tcp|udp|sctp):\/\//;

/** Our variables, `…_2` before `…_10`, so that lists grow from their start. */
function settings(environment: Environment): (readonly [string, string])[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return Object.entries(environment)
    .flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    .filter(([name]) => name.startsWith(PREFIX) && !SERVICE_LINK.test(name))
    .filter(([, value]) => !SERVICE_LINK_VALUE.test(value))
    .toSorted(([one], [other]) => compare(one, other));
}

/** As YAML would have read it: a number where the schema wants one, else text. */
function typed(path: Path, value: string): string | number {
  const shape = shapeAt(path);
  const numeric = shape?.kind === 'leaf' && shape.numeric && /^-?\d+(\.\d+)?$/.test(value);
  return numeric ? Number(value) : value;
}

function blame(fileData: unknown, origins: readonly Origin[], path: Path): string | null {
  const exact = origins.find(
    (origin) => origin.path.length === path.length && within(origin, path),
  );
  if (exact) return exact.variable;
  if (valueAt(fileData, path) !== undefined) return null;
  // Nothing in the file: what is missing is missing beside what a variable began.
  const parent = path.slice(0, -1);
  const around = valueAt(fileData, parent) === undefined ? parent : path;
  return origins.find((origin) => within(origin, around))?.variable ?? null;
}

function within(origin: Origin, path: Path): boolean {
  return path.every((step, index) => origin.path[index] === step);
}
