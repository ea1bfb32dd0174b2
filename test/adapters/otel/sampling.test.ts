// Which traces are exported, whoever wants them to be.
import { expect, test } from 'vitest';
import { createSampling } from '../../../src/adapters/otel/sampling.ts';
import { createSpanIds } from '../../../src/adapters/otel/span-ids.ts';

const ids = createSpanIds();
const IDS = Array.from({ length: 4000 }, () => ids.trace());

/** The share of a fair draw is within this of 0.25 but for one run in a million. */
const MARGIN = 0.04;

test('with 1 all of them, with 0 none', () => {
  const [all, none] = [createSampling(1), createSampling(0)];
  expect(IDS.every((id) => all.begun(id) && all.wished(id))).toBe(true);
  expect(IDS.some((id) => none.begun(id) || none.wished(id))).toBe(false);
});

test.each(['begun', 'wished'] as const)('a share of those that are %s', (which) => {
  const sampling = createSampling(0.25);
  const share = IDS.filter((id) => sampling[which](id)).length / IDS.length;
  expect(Math.abs(share - 0.25)).toBeLessThan(MARGIN);
});

test('all calls of a trace go the same way', () => {
  const sampling = createSampling(0.25);
  for (const id of IDS) expect(sampling.wished(id)).toBe(sampling.wished(id));
});

test('no id is lucky because of what it is: another process draws others', () => {
  const lucky = IDS.filter((id) => createSampling(0.25).begun(id));
  const share = (all: readonly string[]): number => {
    const sampling = createSampling(0.25);
    return all.filter((id) => sampling.wished(id)).length / all.length;
  };
  // Ids under which a trace that begins here would be exported are no better than others.
  expect(Math.abs(share(lucky) - 0.25)).toBeLessThan(2 * MARGIN);
});
