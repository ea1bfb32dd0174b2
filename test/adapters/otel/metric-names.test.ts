// Names that every parser of metrics takes, whatever an operator calls the attributes of a service.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainLabels, plainName, unitWord } from '../../../src/adapters/otel/metric-names.ts';

test.each([
  ['glance_edge.calls', 'glance_edge_calls'],
  ['k8s.pod-name', 'k8s_pod_name'],
  ['__private', '_private'],
  ['a..b', 'a_b'],
  ['1st', 'key_1st'],
  ['dépôt', 'd_p_t'],
])('%s is %s', (name, plain) => {
  expect(plainName(name)).toBe(plain);
});

test('any attributes make labels that are distinct and valid', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (attributes) => {
      const names = Object.keys(plainLabels(attributes));
      for (const name of names) expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
      for (const name of names) expect(name).not.toMatch(/^__/);
    }),
  );
});

test('values of attributes that come to one label are joined in the order of their names', () => {
  expect(plainLabels({ a_b: 'second', 'a.b': 'first', c: ['x', 'y'] })).toEqual({
    a_b: 'first;second',
    c: '["x","y"]',
  });
});

test('units have words, and what has none has none', () => {
  expect([unitWord('s'), unitWord('By'), unitWord('')]).toEqual(['seconds', 'bytes', null]);
});
