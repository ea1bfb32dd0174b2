// The configuration of a Worker: the same file and variables, and a word for all it cannot have.
import { expect, test } from 'vitest';
import { readWorkerConfig } from '../../src/entry/worker-config.ts';
import type { WorkerVariables } from '../../src/entry/worker-platform.ts';
import { SHORTEST } from '../config/loading.ts';

function mistakes(variables: WorkerVariables): readonly string[] {
  const loaded = readWorkerConfig(variables);
  if (loaded.kind === 'config') return [];
  return loaded.mistakes.map(({ place, message }) => `${place}: ${message}`);
}

const withText = (text: string): WorkerVariables => ({ GLANCE_EDGE_CONFIG: SHORTEST + text });

test('the file is read from its variable, with the other variables over it', () => {
  const variables = { ...withText('cache: { metadata_ttl: 5s }'), REGIONS: { get: () => null } };
  expect(readWorkerConfig(variables)).toMatchObject({
    kind: 'config',
    config: { defaultRegion: 'RegionOne', cache: { metadataTtlMs: 5_000 } },
  });
  expect(readWorkerConfig({ ...variables, GLANCE_EDGE_CACHE_METADATA_TTL: '7s' })).toMatchObject({
    config: { cache: { metadataTtlMs: 7_000 } },
  });
});

test('a missing file is one mistake', () => {
  expect(mistakes({})).toEqual([
    'GLANCE_EDGE_CONFIG: is missing: it holds the configuration as YAML',
  ]);
});

test('mistakes have their place in the text, or the name of their variable', () => {
  const variables = { ...withText('cache: { chunks: 1 }'), GLANCE_EDGE_LOG_LEVEL: 'loud' };
  const told = mistakes(variables);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^GLANCE_EDGE_CONFIG:6:10: cache\.chunks /);
  expect(told[1]).toMatch(/^GLANCE_EDGE_LOG_LEVEL: log\.level /);
});

test.each([
  ['cache: { tiers: [{ store: disk, path: var, max_size: 1GiB }] }', /cache\.tiers is not for/],
  ['cache: { tiers: [{ store: redis, url: "redis://cache" }] }', /cache\.tiers is not for/],
  ['workers: 2', /workers is not for/],
  ['tracing: { otlp_endpoint: http://127.0.0.1:4318 }', /otlp_endpoint is not for/],
  [
    'tls: { cert: edge.pem, key: edge.key }',
    /tls\.cert names the file edge\.pem, which cannot be read: a Worker has no files/,
  ],
])('%s is refused', (text, message) => {
  expect(mistakes(withText(text)).join('\n')).toMatch(message);
});
