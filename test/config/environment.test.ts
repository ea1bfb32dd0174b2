import { describe, expect, test } from 'vitest';
import { configOf, mistakesIn, SHORTEST } from './loading.ts';

const REGIONS = `
default_region: RegionOne
regions:
  RegionOne: { endpoints: [http://one] }
  west-2.b: { endpoints: [http://two], hosts: [west.example] }
  a_ca: { endpoints: [http://three] }
cache:
  tiers:
    - { store: disk, path: /a, max_size: 1GiB }
`;

describe('a variable', () => {
  test('wins over the file, whatever kind of scalar it sets', () => {
    const config = configOf(`listen: 127.0.0.1:1\nworkers: 2\n${REGIONS}`, {
      GLANCE_EDGE_LISTEN: '[::]:9393',
      GLANCE_EDGE_WORKERS: '4',
      GLANCE_EDGE_CACHE_CHUNK_SIZE: '8MiB',
      GLANCE_EDGE_TRACING_SAMPLE: '0.25',
      GLANCE_EDGE_PUBLIC_URL: 'https://edge',
      GLANCE_EDGE_TLS_CERT: '/edge.pem',
      GLANCE_EDGE_TLS_KEY: '/edge.key',
      PATH: '/bin',
    });
    expect(config).toMatchObject({
      listen: { host: '::', port: 9393 },
      workers: 4,
      cache: { chunkBytes: 8_388_608 },
      tracing: { sample: 0.25 },
      publicUrl: 'https://edge',
      tls: { cert: 'PEM /edge.pem', key: 'PEM /edge.key' },
    });
  });

  test('names a region whatever its case, with _ for what a name can not hold', () => {
    const config = configOf(REGIONS, {
      GLANCE_EDGE_REGIONS_REGIONONE_CA: '/one.pem',
      GLANCE_EDGE_REGIONS_WEST_2_B_ENDPOINTS_0: 'http://zwei',
      GLANCE_EDGE_REGIONS_A_CA_CA: '/three.pem',
    });
    expect(config.regions).toEqual([
      { name: 'RegionOne', endpoints: ['http://one'], hosts: [], ca: 'PEM /one.pem' },
      { name: 'west-2.b', endpoints: ['http://zwei'], hosts: ['west.example'], ca: null },
      { name: 'a_ca', endpoints: ['http://three'], hosts: [], ca: 'PEM /three.pem' },
    ]);
  });

  test('changes an element of a list or adds the next one', () => {
    const config = configOf(REGIONS, {
      GLANCE_EDGE_CACHE_TIERS_0_MAX_SIZE: '2GiB',
      GLANCE_EDGE_CACHE_TIERS_1_STORE: 'redis',
      GLANCE_EDGE_CACHE_TIERS_1_URL: 'redis://r',
      ...Object.fromEntries(
        Array.from({ length: 11 }, (_, index) => [
          `GLANCE_EDGE_REGIONS_REGIONONE_ENDPOINTS_${index}`,
          `http://e${index}`,
        ]),
      ),
    });
    expect(config.cache.tiers).toEqual([
      { store: 'disk', path: '/a', maxBytes: 2 ** 31 },
      { store: 'redis', url: 'redis://r' },
    ]);
    expect(config.regions[0]?.endpoints).toHaveLength(11);
  });

  test('that Kubernetes sets for a Service of that name is no setting', () => {
    const links = {
      GLANCE_EDGE_PORT: 'tcp://10.0.0.1:9393',
      GLANCE_EDGE_PORT_9393_TCP: 'tcp://10.0.0.1:9393',
      GLANCE_EDGE_PORT_9393_TCP_ADDR: '10.0.0.1',
      GLANCE_EDGE_PORT_9393_TCP_PORT: '9393',
      GLANCE_EDGE_PORT_9393_TCP_PROTO: 'tcp',
      GLANCE_EDGE_SERVICE_HOST: '10.0.0.1',
      GLANCE_EDGE_SERVICE_PORT: '9393',
      GLANCE_EDGE_SERVICE_PORT_HTTP: '9393',
      GLANCE_EDGE_ADMIN_PORT: 'tcp://10.0.0.2:9394',
      GLANCE_EDGE_ADMIN_SERVICE_HOST: '10.0.0.2',
    };
    expect(mistakesIn(SHORTEST, links)).toEqual([]);
  });
});

describe('a mistake in a variable', () => {
  test.each([
    [
      'CACHE_CHUNKSIZE',
      '4MiB',
      'is no key of the configuration; did you mean GLANCE_EDGE_CACHE_CHUNK_SIZE?',
    ],
    [
      'REGIONS_REGIONTWO_CA',
      '/x',
      'is no key of the configuration; did you mean GLANCE_EDGE_REGIONS_REGIONONE_CA?',
    ],
    [
      'REGIONS_REGIONONE_ENDPOINTS',
      'http://x',
      'did you mean GLANCE_EDGE_REGIONS_REGIONONE_ENDPOINTS_0?',
    ],
    ['XYZZY', '1', 'is no key of the configuration'],
    ['CACHE_TIERS_2_STORE', 'disk', 'the list has 1 elements so far: the next one is 1'],
    ['WORKERS', 'two', 'workers must be a whole number from 1 to 256, not "two"'],
    ['WORKERS', '', 'workers must be a whole number from 1 to 256, not ""'],
    ['CACHE_MEMORY', '1MiB', 'cache.memory must hold 4 chunks'],
    ['CACHE_TIERS_1_STORE', 'redis', 'cache.tiers[1].url is missing'],
    ['TLS_CERT', '/absent', 'tls.cert names the file /absent, which cannot be read'],
    ['CACHE_SECRET', 'hunter2', 'cache.secret must be text of at least 16 characters'],
  ])('%s=%s is told with the name of the variable', (name, value, message) => {
    const variable = `GLANCE_EDGE_${name}`;
    const mistakes = mistakesIn(REGIONS, { [variable]: value });
    expect(mistakes).toContainEqual(expect.stringContaining(message));
    for (const mistake of mistakes) expect(mistake.startsWith(`${variable}: `)).toBe(true);
  });

  test('is told when its name stands for two regions', () => {
    const text = `default_region: a-b
regions:
  a-b: { endpoints: [http://one] }
  a.b: { endpoints: [http://two] }`;
    expect(mistakesIn(text, { GLANCE_EDGE_REGIONS_A_B_CA: '/x' })).toEqual([
      'GLANCE_EDGE_REGIONS_A_B_CA: stands for several keys at once; set them in the file',
    ]);
  });

  test('does not hide that the file is wrong around it', () => {
    expect(mistakesIn(`cache: 5\n${SHORTEST}`, { GLANCE_EDGE_CACHE_MEMORY: '1GiB' })).toEqual([
      'edge.yaml:1:8: cache must be a mapping of keys to values, not 5',
    ]);
  });
});
