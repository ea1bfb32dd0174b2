// Glance takes `GET …?_method=DELETE` for a DELETE; the gateway would take it for a read.
import { expect, it } from 'vitest';
import { resolveTarget } from '../../src/core/target.ts';

const ID = '7d2e2a3c-8b6a-4c0e-9a57-0c5f3a0f5a01';
const table = {
  regions: [{ name: 'RegionOne', endpoints: ['http://glance.example'], hosts: [] }],
  defaultRegion: 'RegionOne',
  publicUrl: null,
};
const resolve = (query: string) =>
  resolveTarget(table, {
    method: 'GET',
    target: `/v2/images/${ID}${query}`,
    scheme: 'http',
    host: 'edge.example',
  });

it.each(['?_method=DELETE', '?a=1&_method=PUT', '?a=1;_method=PUT', '?x_method=1&%5fmethod=PATCH'])(
  'is refused: %s',
  (query) => {
    expect(() => resolve(query)).toThrow(expect.objectContaining({ code: 'bad-uri' }));
  },
);

it.each(['?boot_method=pxe', '?name=_method', '?limit=1'])('is another parameter: %s', (query) => {
  expect(resolve(query).target).toBe(`/v2/images/${ID}${query}`);
});
