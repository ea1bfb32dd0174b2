import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configReference, withReference } from '../../src/config/reference.ts';
import { CONFIG_SHAPE, type Shape } from '../../src/config/shape.ts';

test("README's configuration reference is the one that the schema makes", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain('<!-- config:begin -->');
  // Differs? `node src/config/write-reference.ts` writes it anew.
  expect(readme).toBe(withReference(readme));
});

test('only what stands between the markers is written', () => {
  const readme = 'before <!-- config:begin -->old<!-- config:end --> after';
  expect(withReference(readme)).toBe(
    `before <!-- config:begin -->\n${configReference()}<!-- config:end --> after`,
  );
  expect(withReference('no place for it')).toBeNull();
});

test('every key has a meaning, and every bounded one a reason', () => {
  const bare = leavesOf(CONFIG_SHAPE, '').filter(
    ([, { about }]) => about.meaning === '' || (about.form.includes(' from ') && !about.reason),
  );
  expect(bare.map(([key]) => key)).toEqual([]);
});

/** Elements of lists are described by their list. */
function leavesOf(shape: Shape, key: string): (readonly [string, Shape])[] {
  if (shape.kind === 'group') {
    return [...shape.keys].flatMap(([name, each]) => leavesOf(each, key ? `${key}.${name}` : name));
  }
  if (shape.kind === 'named') return leavesOf(shape.each, `${key}.*`);
  if (shape.kind === 'list' && shape.each.kind === 'group') return leavesOf(shape.each, key);
  return [[key, shape]];
}
