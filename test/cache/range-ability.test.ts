import { expect, test } from 'vitest';
import { createRangeAbilities } from '../../src/cache/range-ability.ts';

test('what was seen of an origin holds for its region and its stores, until it is seen otherwise', () => {
  const abilities = createRangeAbilities();
  expect(abilities.of('One', 'file')).toBe('unknown');
  abilities.learn('One', 'file', 'yes');
  abilities.learn('One', 'file,rbd', 'no');
  abilities.learn('Two', 'file', 'no');
  expect(abilities.of('One', 'file')).toBe('yes');
  expect(abilities.of('One', 'file,rbd')).toBe('no');
  expect(abilities.of('Two', 'file')).toBe('no');
  expect(abilities.of('Two', 'file,rbd')).toBe('unknown');
  abilities.learn('One', 'file', 'no');
  expect(abilities.of('One', 'file')).toBe('no');
});

test('odd records do not grow it without end: what was not used for longest is forgotten', () => {
  const abilities = createRangeAbilities();
  abilities.learn('One', 'kept', 'yes');
  abilities.learn('One', 'forgotten', 'yes');
  for (let odd = 0; odd < 999; odd += 1) {
    expect(abilities.of('One', 'kept')).toBe('yes');
    abilities.learn('One', `odd-${odd}`, 'no');
  }
  expect(abilities.of('One', 'forgotten')).toBe('unknown');
});
