// Reads sources against the rules and says, for each breach, where it is and which rule it breaks.
import { posix } from 'node:path';
import {
  DEFAULT_EXPORTS_ALLOWED,
  EMPTY_NAME,
  LAYERS,
  MAX_LINES,
  RUNTIME_FOLDERS,
  VENDORS,
} from './rules.ts';
import type { Mention, SourceFile } from './source-file.ts';

/** Every breach as `src/file:line: rule`, in the order of the files. */
export function violations(files: readonly SourceFile[]): readonly string[] {
  return [...files.flatMap((file) => fileViolations(file)), ...cycleViolations(files)];
}

function fileViolations(file: SourceFile): readonly string[] {
  const at = ({ line }: Mention, rule: string): string => `src/${file.path}:${line}: ${rule}`;
  return [
    ...shapeViolations(file).map((rule) => `src/${file.path}:1: ${rule}`),
    ...file.imports.flatMap((mention) => {
      const rule = importRule(file.path, mention.name);
      return rule === null ? [] : [at(mention, rule)];
    }),
    ...file.globals
      .filter(() => !RUNTIME_FOLDERS.includes(layerOf(file.path)))
      .map((mention) => at(mention, `${mention.name} must be handed in, not taken`)),
    ...file.defaultExports
      .filter(() => !DEFAULT_EXPORTS_ALLOWED.has(file.path))
      .map((mention) => at(mention, 'no default exports')),
  ];
}

function shapeViolations(file: SourceFile): readonly string[] {
  const found: string[] = [];
  if (!(layerOf(file.path) in LAYERS)) found.push(`${layerOf(file.path)} is not a layer`);
  if (!file.opensWithComment) found.push('a file opens with a comment on its job');
  if (file.lines > MAX_LINES) found.push(`${file.lines} lines; at most ${MAX_LINES}`);
  for (const part of file.path.split('/')) {
    if (EMPTY_NAME.test(part.replace(/\..*$/, ''))) found.push(`"${part}" says nothing of its job`);
  }
  return found;
}

/** The rule that this import breaks, or null. */
function importRule(from: string, specifier: string): string | null {
  if (specifier === '(computed)') return 'an import must name its module';
  if (!specifier.startsWith('.')) return vendorRule(from, specifier);
  const target = resolveImport(from, specifier);
  if (target === '../package.json' && layerOf(from) === 'entry') return null;
  if (target.startsWith('..')) return `${specifier} is outside src/`;
  const [here, there] = [layerOf(from), layerOf(target)];
  if (here === there || LAYERS[here]?.includes(there)) return null;
  return `${here} must not import ${there} (${target})`;
}

function vendorRule(from: string, specifier: string): string | null {
  const vendor = VENDORS.find(({ match }) => match.test(specifier));
  if (!vendor) return `${specifier} is on no list of packages`;
  const allowed = vendor.folders.some((folder) => from.startsWith(`${folder}/`));
  return allowed ? null : `${specifier} belongs in ${vendor.folders.join(', ')} only`;
}

function layerOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

/** One line for each set of files that import each other in a ring (type imports count). */
function cycleViolations(files: readonly SourceFile[]): readonly string[] {
  const targets = new Map(
    files.map(({ path, imports }) => [
      path,
      imports
        .filter(({ name }) => name.startsWith('.'))
        .map(({ name }) => resolveImport(path, name)),
    ]),
  );
  return stronglyConnected(targets).map((ring) => {
    const [first = ''] = ring;
    const into = files.find(({ path }) => path === first);
    const edge = into?.imports.find(({ name }) => ring.includes(resolveImport(first, name)));
    return `src/${first}:${edge?.line ?? 1}: import cycle of ${ring.join(', ')}`;
  });
}

/** Tarjan's algorithm; components of one file count only when the file imports itself. */
function stronglyConnected(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const rings: string[][] = [];
  const visit = (path: string): number => {
    const mine = index.size;
    index.set(path, mine);
    low.set(path, mine);
    stack.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!targets.has(target)) continue;
      const reached = index.has(target) ? index.get(target) : visit(target);
      const lowest = stack.includes(target) ? (low.get(target) ?? reached) : undefined;
      low.set(path, Math.min(low.get(path) ?? mine, lowest ?? mine));
    }
    if (low.get(path) === mine) {
      const ring = stack.splice(stack.indexOf(path));
      if (ring.length > 1 || targets.get(path)?.includes(path)) rings.push(ring.sort());
    }
    return low.get(path) ?? mine;
  };
  for (const path of targets.keys()) if (!index.has(path)) visit(path);
  return rings;
}
