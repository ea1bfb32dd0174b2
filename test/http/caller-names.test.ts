// Names of callers are digests that are made once for a connection, and never another caller's.
import { expect, test } from 'vitest';
import { createCallerNames } from '../../src/http/caller-names.ts';

function counted() {
  const asked: string[] = [];
  const nameOf = createCallerNames((identity) => {
    asked.push(identity);
    return `name of ${identity}`;
  });
  return { asked, nameOf };
}

test('a caller who comes back on its connection is digested once', () => {
  const { asked, nameOf } = counted();
  const connection = {};
  for (let n = 0; n < 3; n += 1) expect(nameOf(connection, 'a')).toBe('name of a');
  expect(asked).toEqual(['a']);
});

test('callers who share a connection keep names of their own', () => {
  const { nameOf } = counted();
  const connection = {};
  const told = ['a', 'b', 'a', 'b', 'b'].map((identity) => nameOf(connection, identity));
  expect(told).toEqual(['a', 'b', 'a', 'b', 'b'].map((identity) => `name of ${identity}`));
});

test('one connection knows nothing of another, and without one nothing is remembered', () => {
  const { asked, nameOf } = counted();
  nameOf({}, 'a');
  nameOf({}, 'a');
  nameOf(undefined, 'a');
  nameOf(undefined, 'a');
  expect(asked).toHaveLength(4);
});
