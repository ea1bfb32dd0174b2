// What the gateway makes of the ids in a path must be what the origin makes of them.
import { describe, expect, it } from 'vitest';
import { routeOf } from '../../src/core/route.ts';

const ID = '7d2e2a3c-8b6a-4c0e-9a57-0c5f3a0f5a01';

describe('an id in capitals', () => {
  it('is read by the origin alone: its database may tell it from the one in small letters', () => {
    const capitals = ID.toUpperCase();
    expect(routeOf('GET', ['v2', 'images', capitals]).kind).toBe('relay');
    expect(routeOf('GET', ['v2', 'images', capitals, 'file']).kind).toBe('relay');
    expect(routeOf('GET', ['v2', 'images', ID, 'file']).kind).toBe('image-data');
  });

  it('ends what is kept of the one in small letters: to MySQL they are the same', () => {
    const route = routeOf('DELETE', ['v2', 'images', ID.toUpperCase()]);
    expect(route).toMatchObject({ kind: 'write', touches: [ID] });
  });
});

it('takes no more ids from one path than Glance could mean', () => {
  const many = Array.from({ length: 1_000 }, (_, at) => `${ID.slice(0, -4)}${1_000 + at}`);
  const route = routeOf('POST', ['v2', 'images', ID, ID, ...many]);
  expect(route).toMatchObject({ kind: 'write', touches: [ID, many[0], many[1]] });
});
