// What a program loads that imports the package: followed through the sources, import by import.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { readSource } from '../architecture/source-file.ts';

const SRC = join(import.meta.dirname, '../../src');

test('the package face reaches no server, no engine and no OpenTelemetry', () => {
  const reached = reachedFrom('index.ts');
  const packages = [...reached].filter((name) => !name.startsWith('src/'));
  expect(packages.filter((name) => !name.startsWith('node:'))).toEqual(['undici']);
  const folders = new Set([...reached].flatMap((name) => /^src\/([^/]+)\//.exec(name)?.[1] ?? []));
  expect([...folders].sort()).toEqual(['adapters', 'core', 'entry', 'image-api', 'ports']);
  expect([...reached].filter((name) => name.startsWith('src/adapters/otel'))).toEqual([]);
});

/** Files and packages, types among them. */
function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(`src/${path}`)) continue;
    reached.add(`src/${path}`);
    for (const { name } of readSource(path, readFileSync(join(SRC, path), 'utf8')).imports) {
      if (name.startsWith('.')) waiting.push(posix.join(posix.dirname(path), name));
      else reached.add(name);
    }
  }
  return reached;
}
