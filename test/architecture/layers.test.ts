// The architecture test: src/ keeps every rule, and the checker is shown to see each kind of breach.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAX_LINES } from './rules.ts';
import { readSource } from './source-file.ts';
import { violations } from './violations.ts';

const SRC = join(import.meta.dirname, '../../src');

test('src/ keeps the rules of the architecture', () => {
  const files = globSync('**/*.ts', { cwd: SRC })
    .sort()
    .map((path) => readSource(path, readFileSync(join(SRC, path), 'utf8')));
  expect(files.length).toBeGreaterThan(0);
  expect(violations(files)).toEqual([]);
});

/** The breaches in a small tree; each text gets its opening comment, so code starts on line 2. */
function breaches(tree: Record<string, string>): readonly string[] {
  return violations(
    Object.entries(tree).map(([path, text]) => readSource(path, `// What it is for.\n${text}\n`)),
  );
}

test.each([
  ['a value', "import { a } from '../cache/a.ts';"],
  ['a type', "import type { A } from '../cache/a.ts';"],
  ['a type in place', "export type B = import('../cache/a.ts').A;"],
  ['a re-export', "export { a } from '../cache/a.ts';"],
  ['everything', "export * from '../cache/a.ts';"],
  ['an effect', "import '../cache/a.ts';"],
  ['a dynamic import', "export const later = () => import('../cache/a.ts');"],
])('an import against the arrows is seen when it is of %s', (_, text) => {
  expect(breaches({ 'core/b.ts': text })).toEqual([
    'src/core/b.ts:2: core must not import cache (cache/a.ts)',
  ]);
});

test('imports along the arrows and inside a layer pass', () => {
  const tree = {
    'core/a.ts': 'export const a = 1;',
    'ports/b.ts': "import type { a } from '../core/a.ts';\nexport type B = typeof a;",
    'cache/c.ts': "import type { B } from '../ports/b.ts';\nexport type C = B;",
    'cache/d.ts': "export type { C } from './c.ts';",
    'gateway.ts': "export type { C } from './cache/d.ts';",
    'entry/node.ts': "import { readFile } from 'node:fs';\nimport '../gateway.ts';\nreadFile;",
  };
  expect(breaches(tree)).toEqual([]);
});

test.each([
  ['serve/a.ts', 'hono', 'hono belongs in http, demo, entry only'],
  ['http/a.ts', 'node:fs', 'node:fs belongs in adapters, config, demo, entry only'],
  ['cache/a.ts', 'lru-cache', 'lru-cache belongs in adapters only'],
  [
    'adapters/origin/a.ts',
    '@opentelemetry/api',
    '@opentelemetry/api belongs in adapters/otel only',
  ],
  ['entry/a.ts', 'zod', 'zod belongs in config only'],
  ['adapters/a.ts', 'left-pad', 'left-pad is on no list of packages'],
  ['adapters/a.ts', 'hono-rate-limit', 'hono-rate-limit is on no list of packages'],
  ['entry/a.ts', '../../test/a.ts', '../../test/a.ts is outside src/'],
])('%s may not import %s', (path, specifier, rule) => {
  expect(breaches({ [path]: `import '${specifier}';` })).toEqual([`src/${path}:2: ${rule}`]);
});

test('a computed import is a breach, because nobody can check it', () => {
  expect(breaches({ 'entry/a.ts': 'export const load = (name: string) => import(name);' })).toEqual(
    ['src/entry/a.ts:2: an import must name its module'],
  );
});

test.each([
  ['Date.now()', 'Date.now'],
  ["Date['now']()", 'Date.now'],
  ['new Date()', 'new Date()'],
  ['Date()', 'new Date()'],
  ['Math.random()', 'Math.random'],
  ['setTimeout(() => 1, 5)', 'setTimeout'],
  ['setInterval(() => 1, 5)', 'setInterval'],
  ["fetch('http://a')", 'fetch'],
  ['globalThis.fetch', 'globalThis.fetch'],
  ['process.env', 'process'],
  ['crypto.randomUUID()', 'crypto'],
  ['performance.now() as number', 'performance'],
  ['{ fetch }', 'fetch'],
  ['(({ now = Date.now }) => now)({})', 'Date.now'],
  ['((fetch: () => void) => fetch)(() => process.exit())', 'process'],
])('a global of the runtime is seen in %s', (expression, name) => {
  expect(breaches({ 'core/a.ts': `export const a = ${expression};` })).toEqual([
    `src/core/a.ts:2: ${name} must be handed in, not taken`,
  ]);
  expect(breaches({ 'adapters/a.ts': `export const a = ${expression};` })).toEqual([]);
});

test.each([
  'const app = { fetch: 1 }; app.fetch;',
  'export const call = (fetch: () => void) => fetch();',
  'export const call = ({ fetch }: { fetch: () => void }) => { if (fetch) fetch(); };',
  'export function process(): void {}\nprocess();',
  'export type Fetch = typeof fetch;',
  'export interface Clock { performance: number }',
  'export const day = new Date(0);',
  'export const root = Math.sqrt(2);',
  'export class Timer { process(): void { this.process(); } }',
])('what only looks like a global passes: %s', (text) => {
  expect(breaches({ 'core/a.ts': text })).toEqual([]);
});

test('a ring of imports is seen, also when one edge is a type', () => {
  const tree = {
    'core/a.ts': "import type { B } from './b.ts';\nexport type A = B;",
    'core/b.ts': "import { c } from './c.ts';\nexport type B = typeof c;",
    'core/c.ts':
      "export const one = 1;\nimport type { A } from './a.ts';\nexport const c = 1 as A;",
    'core/d.ts': "export type { A } from './a.ts';",
  };
  expect(breaches(tree)).toEqual([
    'src/core/a.ts:2: import cycle of core/a.ts, core/b.ts, core/c.ts',
  ]);
});

test.each(['export default 1;', 'const a = 1;\nexport { a as default };'])(
  'a default export is seen, except in the Worker: %s',
  (text) => {
    expect(breaches({ 'core/a.ts': text })).toMatchObject([/no default exports/]);
    expect(breaches({ 'entry/worker.ts': text })).toEqual([]);
  },
);

test.each(['core/utils.ts', 'core/types.ts', 'core/helpers/a.ts', 'cache/tier-manager.ts'])(
  '%s is a name that says nothing',
  (path) => {
    expect(breaches({ [path]: '' })).toMatchObject([/says nothing of its job/]);
  },
);

test('a file that is too long, has no opening comment, or lies in no layer is seen', () => {
  const long = readSource('core/a.ts', `// Long.\n${'export {};\n'.repeat(MAX_LINES)}`);
  const bare = readSource('core/b.ts', 'export const b = 1;\n');
  const lost = readSource('lost/c.ts', '// Lost.\n');
  expect(violations([long, bare, lost])).toEqual([
    'src/core/a.ts:1: 301 lines; at most 300',
    'src/core/b.ts:1: a file opens with a comment on its job',
    'src/lost/c.ts:1: lost is not a layer',
  ]);
});
