import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBoundedMap } from '../../src/cache/bounded-map.ts';

test('it is a map that forgets the one not used for longest, and tells of each that it forgot', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const act = fc.oneof(
    fc.record({ kind: fc.constant('get' as const), key }),
    fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }),
    fc.record({ kind: fc.constant('delete' as const), key }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(act), (bound, acts) => {
      let evicted = 0;
      let expected = 0;
      const map = createBoundedMap<number>(bound, () => {
        evicted += 1;
      });
      /** Least recently used first. */
      let model: [string, number][] = [];
      const used = (name: string) => model.find(([known]) => known === name);
      const without = (name: string) => model.filter(([known]) => known !== name);
      for (const step of acts) {
        const known = used(step.key);
        if (step.kind === 'get') {
          expect(map.get(step.key)).toBe(known?.[1]);
          if (known) model = [...without(step.key), known];
        } else if (step.kind === 'delete') {
          map.delete(step.key);
          model = without(step.key);
        } else {
          map.set(step.key, step.value);
          model = [...without(step.key), [step.key, step.value]];
          if (model.length > bound) {
            model.shift();
            expected += 1;
          }
        }
        expect(evicted).toBe(expected);
      }
      for (const name of ['a', 'b', 'c', 'd', 'e']) expect(map.get(name)).toBe(used(name)?.[1]);
    }),
  );
});
