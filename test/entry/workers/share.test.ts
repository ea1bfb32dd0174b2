import { expect, it } from 'vitest';
import { shareOf } from '../../../src/entry/workers/share.ts';
import { configOf, SHORTEST } from '../../config/loading.ts';

it('shares out memory and limits, so that all shares together are never less than what was written', () => {
  const whole = configOf(
    `workers: 3\ncache: { memory: 64MiB }\nlimits: { calls: 10, fills: 1, fill_buffers: 32MiB, connections: 7, fill_lanes: 4 }\n${SHORTEST}`,
  );
  const { cache, limits, ...rest } = shareOf(whole);
  expect(cache.memoryBytes).toBe(Math.ceil(whole.cache.memoryBytes / 3));
  expect(limits).toEqual({
    ...whole.limits,
    calls: 4,
    fills: 1,
    fillBuffersBytes: Math.ceil(whole.limits.fillBuffersBytes / 3),
    connections: 3,
    clientConnections: Math.ceil(whole.limits.clientConnections / 3),
  });
  expect({ ...rest, cache: { ...cache, memoryBytes: 0 } }).toEqual({
    ...whole,
    limits: undefined,
    cache: { ...whole.cache, memoryBytes: 0 },
  });
});
