import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configOf, mistakesIn, SHORTEST } from './loading.ts';

const EXAMPLE = readFileSync(new URL('example.yaml', import.meta.url), 'utf8');

describe('what is right', () => {
  test('the example becomes a configuration with units in its names', () => {
    expect(configOf(EXAMPLE)).toEqual({
      listen: { host: '127.0.0.1', port: 9393 },
      admin: { host: '127.0.0.1', port: 9394 },
      publicUrl: 'http://127.0.0.1:9393',
      tls: { cert: 'PEM /etc/glance-edge/edge.pem', key: 'PEM /etc/glance-edge/edge.key' },
      workers: 1,
      defaultRegion: 'RegionOne',
      regions: [
        { name: 'RegionOne', endpoints: ['http://127.0.0.1:9292'], hosts: [], ca: null },
        {
          name: 'RegionTwo',
          endpoints: ['http://127.0.0.1:9293'],
          hosts: ['west.images.example'],
          ca: 'PEM /etc/ssl/west-ca.pem',
        },
      ],
      cache: {
        chunkBytes: 4_194_304,
        memoryBytes: 536_870_912,
        metadataTtlMs: 10_000,
        authorizationTtlMs: 0,
        staleIfErrorMs: 0,
        secret: null,
        tiers: [
          { store: 'disk', path: './var/cache', maxBytes: 21_474_836_480 },
          { store: 'redis', url: 'redis://127.0.0.1:6379' },
        ],
      },
      tracing: {
        keep: 1000,
        sample: 1,
        otlpEndpoint: 'http://127.0.0.1:4318',
        osprofilerHmacKeys: ['SECRET_KEY'],
      },
      log: { level: 'info' },
      timeouts: {
        connectMs: 5000,
        answerMs: 60_000,
        uploadMs: 600_000,
        stallMs: 30_000,
        idleMs: 300_000,
        drainMs: 30_000,
      },
      limits: {
        headerBytes: 65_536,
        clientConnections: 8192,
        calls: 4096,
        fills: 32,
        fillLanes: 4,
        fillBuffersBytes: 67_108_864,
        connections: 128,
      },
    });
  });

  test('a default region and one endpoint are enough', () => {
    expect(configOf(SHORTEST)).toMatchObject({
      listen: { host: '127.0.0.1', port: 9393 },
      publicUrl: null,
      tls: null,
      cache: { chunkBytes: 4_194_304, tiers: [] },
    });
  });

  test('endpoints, hosts and the public URL take their normal form', () => {
    const config = configOf(`
public_url: HTTPS://Images.Example:443/
default_region: a
regions: { a: { endpoints: ['HTTP://Glance:80/image/v2/'], hosts: ['West.Example:9393'] } }
`);
    expect(config.publicUrl).toBe('https://images.example');
    expect(config.regions).toEqual([
      { name: 'a', endpoints: ['http://glance/image'], hosts: ['west.example:9393'], ca: null },
    ]);
  });

  test('both faces may leave their port to the system', () => {
    const config = configOf(`listen: '[::]:0'\nadmin: '[::]:0'\n${SHORTEST}`);
    expect([config.listen, config.admin]).toEqual([
      { host: '::', port: 0 },
      { host: '::', port: 0 },
    ]);
  });

  test('anchors, aliases and names that are numbers are plain YAML', () => {
    const config = configOf(`
default_region: "1"
regions: { 1: { endpoints: &e [http://one] } }
timeouts: { connect: &t 7s, stall: *t }
`);
    expect(config.regions[0]?.name).toBe('1');
    expect(config.timeouts.stallMs).toBe(7000);
  });
});

describe('what is wrong', () => {
  test('all mistakes are listed at once, each with its place', () => {
    const text = `listen: 9393
publc_url: http://edge
default_region: Nowhere
regions:
  RegionOne:
    endpoints: [http://user:pass@glance]
  RegionTwo:
    endpoints:
      - http://glance:9292
    ca: /absent/ca.pem
  RegionThree:
    endpoints: [HTTP://GLANCE:9292/v2/]
cache:
  chunk_size: 4
  memory: 12MB
  tiers:
    - { store: disk, path: ./var/cache, max_size: 20MiB, size: 1 }
    - { store: dsk, path: x }
    - { store: redis, url: 'http://:password@redis' }
tls:
  cert: /absent/edge.pem
tracing:
  sample: 1.5
log:
`;
    expect(mistakesIn(text, { GLANCE_EDGE_TIMEOUTS_IDLE: '5' })).toEqual([
      'edge.yaml:1:9: listen must be host:port, such as 127.0.0.1:9393 or [::]:9393, not 9393',
      'edge.yaml:2:1: publc_url is not a key of the configuration; did you mean public_url?',
      'edge.yaml:3:17: default_region "Nowhere" is not listed under regions; there are RegionOne, RegionTwo, RegionThree',
      'edge.yaml:6:17: regions.RegionOne.endpoints[0] must be an http or https URL without user, query and fragment, such as http://glance.example:9292, not "…@glance"',
      'edge.yaml:10:9: regions.RegionTwo.ca names the file /absent/ca.pem, which cannot be read: there is no such file',
      'edge.yaml:12:17: regions.RegionThree.endpoints[0] is the same as regions.RegionTwo.endpoints[0]; keep one',
      'edge.yaml:14:15: cache.chunk_size must be a size with its unit, from 64KiB to 64MiB, not 4 (the unit is missing: one of B, KiB, MiB, GiB, TiB)',
      'edge.yaml:15:11: cache.memory must be a size with its unit, from 256KiB to 1TiB, not "12MB" ("MB" is not one of the units B, KiB, MiB, GiB, TiB)',
      'edge.yaml:17:58: cache.tiers[0].size is not a key of the configuration; the keys here are store, path, max_size',
      'edge.yaml:18:16: cache.tiers[1].store must be disk or redis, not "dsk"',
      'edge.yaml:19:28: cache.tiers[2].url must be a redis or rediss URL, such as redis://127.0.0.1:6379',
      'edge.yaml:21:3: tls.key is missing; write the path of a PEM file, relative to the current folder',
      'edge.yaml:21:9: tls.cert names the file /absent/edge.pem, which cannot be read: there is no such file',
      'edge.yaml:23:11: tracing.sample must be a number from 0 to 1, not 1.5',
      'edge.yaml:24:1: log is empty; write a mapping of keys to values, or take the key out',
      'GLANCE_EDGE_TIMEOUTS_IDLE: timeouts.idle must be a duration with its unit, from 1ms to 1d, not "5" (the unit is missing: one of ms, s, m, h, d)',
    ]);
  });

  test('an empty file lacks its regions', () => {
    expect(mistakesIn('')).toEqual([
      'edge.yaml:1:1: default_region is missing; write the name of a region that is listed under regions',
      'edge.yaml:1:1: regions is missing; write a mapping of at least one region name to its endpoints',
    ]);
  });

  test.each([
    ['just words', 'edge.yaml:1:1: the configuration must be a mapping of keys to values'],
    ['- a', 'edge.yaml:1:1: the configuration must be a mapping of keys to values, not a list'],
    ['a: b\n---\nc: d', 'edge.yaml:2:1: is no YAML'],
    ['a: [1\nb: 2', 'edge.yaml:2:1: is no YAML'],
    ['a: *nowhere', 'is no YAML: Unresolved alias'],
  ])('%j is no configuration', (text, message) => {
    expect(mistakesIn(text)[0]).toContain(message);
  });

  test('a key that is written twice is told beside the other mistakes', () => {
    expect(mistakesIn(`workers: 1\nworkers: 0\n${SHORTEST}`)).toEqual([
      'edge.yaml:2:1: this key was written before: keep one of the two',
      expect.stringContaining('workers must be a whole number from 1 to 256, not 0'),
    ]);
  });

  test.each([
    ['workers: 1.5', 'workers must be a whole number from 1 to 256, not 1.5'],
    ['workers: "2"', 'workers must be a whole number from 1 to 256, not "2"'],
    ['tracing: { keep: -1 }', 'tracing.keep must be a whole number from 0 to 100000, not -1'],
    ['public_url: http://edge?x=1', 'public_url must be an http or https URL without user'],
    ['public_url: ftp://edge', 'public_url must be an http or https URL'],
    ['listen: :9393', 'listen must be host:port'],
    ['listen: "[::g]:1"', 'listen must be host:port'],
    ['listen: 127.0.0.1:70000', 'listen must be host:port'],
    ['listen: 127.0.0.1:9394', 'admin is taken by listen'],
    ['listen: "[::]:9394"', 'admin is taken by listen'],
    ['cache: { chunk_size: 32KiB }', 'cache.chunk_size must be a size with its unit, from 64KiB'],
    ['cache: { chunk_size: 128MiB }', 'cache.chunk_size must be a size with its unit'],
    [
      'cache: { memory: 15MiB }',
      'cache.memory must hold 4 chunks of cache.chunk_size: write at least 16MiB',
    ],
    ['cache: { metadata_ttl: 0 }', 'cache.metadata_ttl must be a duration with its unit'],
    [
      'limits: { fill_buffers: 1MiB }',
      'limits.fill_buffers must hold a chunk of cache.chunk_size: write at least 4MiB',
    ],
    [
      'workers: 4\ncache: { memory: 63MiB }',
      'cache.memory must hold 16 chunks of cache.chunk_size: write at least 64MiB',
    ],
    [
      'workers: 32\nlimits: { fill_buffers: 64MiB }',
      'limits.fill_buffers must hold 32 chunks of cache.chunk_size: write at least 128MiB',
    ],
    ['limits: { calls: many }', 'limits.calls must be a whole number'],
    [
      'log: { level: loud }',
      'log.level must be one of trace, debug, info, warn, error, silent, not "loud"',
    ],
    [
      'timeouts: { connect: 0s }',
      'timeouts.connect must be a duration with its unit, from 1ms to 1d',
    ],
    [
      'cache: { tiers: { store: disk } }',
      'cache.tiers must be a list of at most 8 tiers, not a mapping',
    ],
    ['__proto__: 1', '__proto__ is not a key of the configuration'],
  ])('%s', (line, message) => {
    const mistakes = mistakesIn(`${line}\n${SHORTEST}`);
    expect(mistakes).toEqual([expect.stringContaining(message)]);
    expect(mistakes[0]).toMatch(/^edge\.yaml:\d+:\d+: /);
  });

  test('a disk tier holds 16 chunks and has its folder for itself', () => {
    const text = `${SHORTEST}
cache:
  tiers:
    - { store: disk, path: /a, max_size: 63MiB }
    - { store: disk, path: /a, max_size: 64MiB }
`;
    expect(mistakesIn(text)).toEqual([
      'edge.yaml:9:42: cache.tiers[0].max_size must hold 16 chunks of cache.chunk_size: write at least 64MiB',
      'edge.yaml:10:28: cache.tiers[1].path is the folder of another tier; write one of its own',
    ]);
  });

  test.each(['..', 'a b', 'a/b', '__proto__', ''])('%j is no name for a region', (name) => {
    const text = `default_region: a
regions:
  a: { endpoints: [http://a] }
  "${name}": { endpoints: [http://b] }`;
    expect(mistakesIn(text)).toEqual([
      expect.stringMatching(/^edge\.yaml:4:3: regions\..*is no name for a region/),
    ]);
  });

  test('a key of another kind of tier is not offered', () => {
    const text = `${SHORTEST}cache: { tiers: [{ store: redis, url: "redis://r", max_size: 1GiB }] }`;
    expect(mistakesIn(text)).toEqual([
      'edge.yaml:6:52: cache.tiers[0].max_size is not a key of the configuration; the keys here are store, url',
    ]);
  });

  test('two regions can not share a host', () => {
    const text = `default_region: a
regions:
  a: { endpoints: [http://a], hosts: [West.example] }
  b: { endpoints: [http://b], hosts: [west.example] }`;
    expect(mistakesIn(text)).toEqual([
      'edge.yaml:4:39: regions.b.hosts[0] is the same as regions.a.hosts[0]; keep one',
    ]);
  });

  test('keys that osprofiler could not have in its own list', () => {
    const keys = ['a,b', ' a', 'a ', ',', ''].map((key) => JSON.stringify(key)).join(', ');
    const text = `default_region: a
regions: { a: { endpoints: ['http://a'] } }
tracing: { osprofiler_hmac_keys: ['ä b', ${keys}] }`;
    expect(mistakesIn(text)).toHaveLength(5);
  });

  test('no mistake shows a secret', () => {
    const text = `default_region: a
regions: { a: { endpoints: ['http://u:hunter2@a', 'http:u:hunt/er2@b', 'http://c?hunter2'] } }
cache: { secret: hunter2, tiers: [{ store: redis, url: 'redis//:hunter2@r' }] }
tracing: { otlp_endpoint: 'http://u:hunter2@c', osprofiler_hmac_keys: [hunter2, 4] }`;
    const mistakes = mistakesIn(text);
    expect(mistakes).toHaveLength(7);
    expect(mistakes.join()).not.toMatch(/hunt|er2/);
    expect(mistakesIn('cache: { secret: "hunter2 }').join()).not.toMatch(/hunter2/);
  });
});
