import { expect, test } from 'vitest';
import { lastText } from '../../src/core/last-text.ts';

test('a text is made once for the same parts, and anew when any of them is another', () => {
  const made: string[] = [];
  const joined = lastText((one: string, other: string) => {
    const text = `${one}/${other}`;
    made.push(text);
    return text;
  });
  expect([joined('a', 'b'), joined('a', 'b')]).toEqual(['a/b', 'a/b']);
  expect(made).toEqual(['a/b']);
  expect([joined('a', 'c'), joined('d', 'c'), joined('a', 'b')]).toEqual(['a/c', 'd/c', 'a/b']);
  expect(made).toEqual(['a/b', 'a/c', 'd/c', 'a/b']);
});

test('no parts at all make a text once', () => {
  let times = 0;
  const always = lastText(() => {
    times += 1;
    return `${times}`;
  });
  expect([always(), always()]).toEqual(['1', '1']);
});
