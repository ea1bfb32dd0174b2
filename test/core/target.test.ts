import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayFailure } from '../../src/core/failure.ts';
import { type RequestHead, type RoutingTable, resolveTarget } from '../../src/core/target.ts';

const ID = '0d0a0b0c-0000-4000-8000-00000000000a';
const TABLE: RoutingTable = {
  regions: [
    { name: 'One', endpoints: ['http://glance-1:9292'], hosts: ['one.example:8080'] },
    {
      name: 'Two',
      endpoints: ['http://glance-2/image', 'https://[2001:db8::2]:9292', 'https://two.example'],
      hosts: ['west.example', '[::1]:9393'],
    },
    { name: 'Region.3_x', endpoints: ['http://glance-3:9292'], hosts: [] },
  ],
  defaultRegion: 'One',
  publicUrl: 'http://edge.example:9393',
};
const NO_PUBLIC_URL = { ...TABLE, publicUrl: null };

const resolve = (target: string, head: Partial<RequestHead> = {}, table = TABLE) =>
  resolveTarget(table, { method: 'GET', target, scheme: 'http', host: 'anything:1', ...head });
const uriPath = (uri: string, rest = '') => `/v2/images/${encodeURIComponent(uri)}${rest}`;

function codeOf(target: string, head: Partial<RequestHead> = {}, table = TABLE): string {
  try {
    return `went to ${resolve(target, head, table).region}`;
  } catch (thrown) {
    if (thrown instanceof GatewayFailure) return thrown.code;
    throw thrown;
  }
}

describe('without a region in its path a request goes', () => {
  test.each([
    ['anything:1', 'One'],
    ['', 'One'],
    ['west.example', 'Two'],
    ['WEST.Example', 'Two'],
    ['west.example:9393', 'Two'],
    ['west.example.org', 'One'],
    ['xwest.example', 'One'],
    ['[::1]:9393', 'Two'],
    ['[::1]', 'One'],
    ['[::1]:80', 'One'],
    ['one.example:8080', 'One'],
  ])('with Host %j to %s', (host, region) => {
    for (const target of ['/v2/images', '/', '/versions', `/v2/images/${ID}/file`]) {
      expect(resolve(target, { host })).toMatchObject({ region, target });
    }
  });

  test('to the host that lists the port before the one that does not', () => {
    const table = {
      ...TABLE,
      regions: [
        { name: 'One', endpoints: [], hosts: ['h.example'] },
        { name: 'Two', endpoints: [], hosts: ['h.example:81'] },
      ],
    };
    expect(resolve('/', { host: 'h.example:81' }, table).region).toBe('Two');
    expect(resolve('/', { host: 'h.example:82' }, table).region).toBe('One');
  });
});

describe('a region in the path', () => {
  test.each([
    ['/regions/Two/v2/images', 'Two', '/v2/images'],
    ['/regions/Two', 'Two', '/'],
    ['/regions/Two/', 'Two', '/'],
    ['/regions/Two?a=b', 'Two', '/?a=b'],
    ['/regions/T%77o/v2/images?limit=1&x=%2F', 'Two', '/v2/images?limit=1&x=%2F'],
    ['/regions/Region.3_x/v2/a%20b', 'Region.3_x', '/v2/a%20b'],
    ['/regions/Region%2E3%5Fx/versions', 'Region.3_x', '/versions'],
  ])('%s goes to %s as %s', (target, region, below) => {
    expect(resolve(target, { host: 'west.example' })).toMatchObject({ region, target: below });
  });

  test.each([
    ['/regions', 'unknown-region'],
    ['/regions/', 'unknown-region'],
    ['/regions/Four/v2/images', 'unknown-region'],
    ['/regions/two/v2/images', 'unknown-region'],
    ['/regions/Two%2Fv2/images', 'unknown-region'],
    ['/regions/__proto__/v2', 'unknown-region'],
    ['/regions/%zz/v2', 'bad-uri'],
    ['/regionsTwo/v2/images', 'went to One'],
  ])('%s is %s', (target, code) => {
    expect(codeOf(target)).toBe(code);
  });
});

describe('an image URI', () => {
  test.each([
    [`http://glance-1:9292/v2/images/${ID}`, 'One', ''],
    [`HTTP://GLANCE-1:9292/v2/images/${ID}`, 'One', ''],
    [`http://glance-1:9292/v2/images/${ID}/`, 'One', ''],
    [`http://glance-1:9292/v2/images/${ID}/file`, 'One', '/file'],
    [`http://glance-1:9292/v2.15/images/${ID}`, 'One', ''],
    // What Nova's generate_image_url writes.
    [`http://glance-1:9292/images/${ID}`, 'One', ''],
    [`http://glance-2/image/v2/images/${ID}`, 'Two', ''],
    [`http://glance-2:80/image/v2/images/${ID}/file/`, 'Two', '/file'],
    [`https://[2001:DB8:0::2]:9292/v2/images/${ID}`, 'Two', ''],
    [`https://two.example:443/v2/images/${ID}`, 'Two', ''],
    [`http://edge.example:9393/v2/images/${ID}`, 'One', ''],
    [`http://edge.example:9393/regions/Two/v2/images/${ID}`, 'Two', ''],
    [`http://edge.example:9393/regions/Region.3_x/v2/images/${ID}`, 'Region.3_x', ''],
    [`http://edge.example:9393/regions/Region%2E3_x/v2/images/${ID}`, 'Region.3_x', ''],
    [`http://anything:1/regions/Two/v2/images/${ID}`, 'Two', ''],
    [`http://anything:1/v2/images/${ID}`, 'One', ''],
  ])('%s leads to %s', (uri, region, rest) => {
    const target = `/v2/images/${ID}${rest}`;
    expect(resolve(uriPath(uri))).toMatchObject({ region, target });
    expect(resolve(`${uriPath(uri)}?a=%2F`)).toMatchObject({ region, target: `${target}?a=%2F` });
    expect(resolve(`/regions/${region}${uriPath(uri)}`)).toMatchObject({ region, target });
  });

  test('may be followed by a path below the image, which stays as it was written', () => {
    const uri = `http://glance-2/image/v2/images/${ID}`;
    for (const rest of ['/file', '/members/a%20b', '/tags/%C3%A9', '/actions/deactivate']) {
      expect(resolve(uriPath(uri, rest)).target).toBe(`/v2/images/${ID}${rest}`);
    }
    const { route } = resolve(uriPath(uri, '/file'), { method: 'PUT' });
    expect(route).toMatchObject({ kind: 'write', touches: [ID] });
    expect(resolve(uriPath(`${uri}/file`)).route.kind).toBe('image-data');
  });

  test('on a Host of a region leads there when it names that Host', () => {
    const uri = `http://west.example/v2/images/${ID}`;
    expect(resolve(uriPath(uri), { host: 'west.example' }).region).toBe('Two');
    expect(codeOf(uriPath(uri), { host: 'elsewhere' })).toBe('endpoint-not-configured');
  });

  test.each([
    [`http://169.254.169.254/v2/images/${ID}`, 'endpoint-not-configured'],
    [`http://glance-1/v2/images/${ID}`, 'endpoint-not-configured'],
    [`https://glance-1:9292/v2/images/${ID}`, 'endpoint-not-configured'],
    [`http://glance-1:9292/image/v2/images/${ID}`, 'endpoint-not-configured'],
    [`http://glance-2/Image/v2/images/${ID}`, 'endpoint-not-configured'],
    [`http://glance-1:9292.evil.example/v2/images/${ID}`, 'bad-uri'],
    [`http://glance-1.:9292/v2/images/${ID}`, 'endpoint-not-configured'],
    [`http://edge.example:9393/regions/Four/v2/images/${ID}`, 'unknown-region'],
    [`http://edge.example:9393/other/v2/images/${ID}`, 'endpoint-not-configured'],
    [`http://user:secret@glance-1:9292/v2/images/${ID}`, 'bad-uri'],
    [`http://glance-1:9292@evil.example/v2/images/${ID}`, 'bad-uri'],
    [`http://evil.example\\@glance-1:9292/v2/images/${ID}`, 'bad-uri'],
    [`http://glance-1:9292/x/../v2/images/${ID}`, 'bad-uri'],
    [`http://glance-2/x/%2e%2e/image/v2/images/${ID}`, 'bad-uri'],
    [`http://glance-1:9292/v2/images/${ID}?x=y`, 'bad-uri'],
    [`http://glance-1:9292/v2/images/${ID}#x`, 'bad-uri'],
    [`http://glance-1:9292/v2/images/${ID}/members`, 'bad-uri'],
    ['http://glance-1:9292/v2/images/no-uuid', 'bad-uri'],
    ['http://glance-1:9292/v2/images', 'bad-uri'],
    ['http://', 'bad-uri'],
    ['https:', 'bad-uri'],
    [`http://glance-1:9292/v2/images/${ID}\u0000`, 'bad-uri'],
    [`http://glance-1:9292\t/v2/images/${ID}`, 'bad-uri'],
    [`file:///v2/images/${ID}`, 'unknown-image'],
  ])('%j is %s', (uri, code) => {
    expect(codeOf(uriPath(uri))).toBe(code);
  });

  test('encoded twice is no URI, and one that contradicts its path is refused', () => {
    const uri = `http://glance-2/image/v2/images/${ID}`;
    expect(codeOf(uriPath(encodeURIComponent(uri)))).toBe('unknown-image');
    expect(codeOf(`/regions/One${uriPath(uri)}`)).toBe('bad-uri');
    expect(codeOf(`/v2/images/${uri}`)).toBe('bad-uri');
  });
});

describe('refused before anything else is looked at', () => {
  test.each([
    ['/v2/images/not-a-uuid', 'unknown-image'],
    [`/v2/images/${ID}0/file`, 'unknown-image'],
    [`/v2/images/${ID}%2Ffile`, 'unknown-image'],
    [`/regions/Two/v2/images/{${ID}}`, 'unknown-image'],
    ['/v2/../images', 'bad-uri'],
    ['/v2/./images', 'bad-uri'],
    ['/v2/%2e%2E/images', 'bad-uri'],
    ['/v2/%2e/images', 'bad-uri'],
    ['/v2/tasks/a%2F..%2Fb', 'bad-uri'],
    ['/v2/..%2Fimages', 'bad-uri'],
    ['/regions/Two/../v2', 'bad-uri'],
    ['/v2/a%00b', 'bad-uri'],
    ['/v2/a%0d%0ab', 'bad-uri'],
    ['/v2/a%5Cb', 'bad-uri'],
    ['/v2/a\\b', 'bad-uri'],
    ['/v2/%', 'bad-uri'],
    ['/v2/%ff', 'bad-uri'],
    ['v2/images', 'bad-uri'],
    ['*', 'bad-uri'],
    ['', 'bad-uri'],
    ['http://glance-1:9292/v2/images', 'bad-uri'],
  ])('%j is %s', (target, code) => {
    expect(codeOf(target)).toBe(code);
  });

  test.each([
    '/v2/images/',
    '/v2/images/?marker=..',
    '/v2/tasks/...',
    '/v2/a..b',
    '/v2/%252e%252e',
  ])('%s is not', (target) => {
    expect(resolve(target)).toMatchObject({ region: 'One', target });
  });
});

describe('links to the gateway start', () => {
  test.each([
    ['/v2/images', 'other', 'http://edge.example:9393'],
    ['/regions/One/v2/images', 'other', 'http://edge.example:9393'],
    ['/regions/Two/v2/images', 'other', 'http://edge.example:9393/regions/Two'],
    ['/v2/images', 'west.example:5', 'http://west.example:5'],
    ['/regions/Two/v2/images', 'west.example', 'http://west.example'],
    ['/regions/One/v2/images', 'west.example', 'http://edge.example:9393/regions/One'],
    [uriPath(`http://glance-2/image/v2/images/${ID}`), 'x', 'http://edge.example:9393/regions/Two'],
  ])('for %s on Host %s with %s', (target, host, publicBase) => {
    expect(resolve(target, { host }).publicBase).toBe(publicBase);
  });

  test('with the Host, when no public URL is configured', () => {
    const head = { host: 'h:5', scheme: 'https' } as const;
    expect(resolve('/', head, NO_PUBLIC_URL).publicBase).toBe('https://h:5');
    expect(resolve('/regions/Two/', head, NO_PUBLIC_URL).publicBase).toBe(
      'https://h:5/regions/Two',
    );
  });

  test('so that what they lead to comes back to the same region', () => {
    for (const host of ['other', 'west.example', 'one.example:8080', 'edge.example:9393']) {
      for (const { name } of TABLE.regions) {
        const { publicBase } = resolve(`/regions/${name}/`, { host });
        const link = new URL(publicBase);
        const path = `${link.pathname.replace(/\/$/, '')}/v2/images`;
        expect(resolve(path, { host: link.host }).region).toBe(name);
        expect(resolve(uriPath(`${publicBase}/v2/images/${ID}`), { host }).region).toBe(name);
      }
    }
  });
});

const word = fc.constantFrom(
  ...'v2 images regions One Two file members .. . // ? # @ \\ % %2e%2e %2F %00 http:'.split(' '),
  '',
  ID,
  `http://glance-1:9292/v2/images/${ID}`,
  `http://evil.example/v2/images/${ID}`,
);
const written = fc.tuple(word, fc.constantFrom('raw', 'once', 'twice')).map(([text, how]) => {
  const times = { raw: 0, once: 1, twice: 2 }[how as 'raw'];
  return Array.from({ length: times }).reduce<string>((so) => encodeURIComponent(so), text);
});
const anyTarget = fc.oneof(
  fc.array(written, { maxLength: 7 }).map((words) => `/${words.join('/')}`),
  fc.array(written, { maxLength: 7 }).map((words) => `/v2/images/${words.join('')}`),
  fc.string({ unit: 'binary' }),
  fc.string().map((text) => `/${text}`),
);

test('whatever is asked for, it goes to a configured region or is refused in order', () => {
  const head = fc.record({
    target: anyTarget,
    method: fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD'),
    host: fc.oneof(fc.constantFrom('west.example', 'edge.example:9393', ''), fc.string()),
    scheme: fc.constantFrom('http' as const, 'https' as const),
  });
  fc.assert(
    fc.property(head, fc.constantFrom(TABLE, NO_PUBLIC_URL), (asked, table) => {
      try {
        const { region, target } = resolveTarget(table, asked);
        expect(table.regions.map(({ name }) => name)).toContain(region);
        expect(target.startsWith('/')).toBe(true);
        const [path = ''] = target.split('?');
        expect(path).not.toMatch(/^\/v2(\.\d+)?\/images\/https?(:|%3a)/i);
        expect(path.split('/').map((part) => decodeURIComponent(part))).not.toContain('..');
      } catch (thrown) {
        if (!(thrown instanceof GatewayFailure)) throw thrown;
        expect(['bad-uri', 'endpoint-not-configured', 'unknown-region', 'unknown-image']).toContain(
          thrown.code,
        );
      }
    }),
    { numRuns: 3_000 },
  );
});
