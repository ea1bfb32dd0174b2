// Metrics of a busy gateway as scrapers read them: Prometheus's own client library parses both texts.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { python } from './command.ts';
import { type Edge, startEdge } from './edge.ts';
import { exchange } from './exchange.ts';
import { labToken, type MadeImage, makeImage } from './lab.ts';

interface Family {
  readonly type: string;
  readonly unit: string;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly traceId: string | null;
  }[];
}

type Families = Readonly<Record<string, Family>>;

const TEXTS = [
  ['Prometheus', 'prometheus_client.parser', 'text/plain; version=0.0.4'],
  [
    'OpenMetrics',
    'prometheus_client.openmetrics.parser',
    'application/openmetrics-text; version=1.0.0',
  ],
] as const;

const ROUNDS = 5;

let edge: Edge;
let token: string;
let image: MadeImage;

beforeAll(async () => {
  // Names that are no labels as they stand, and two that come to the same one.
  vi.stubEnv(
    'OTEL_RESOURCE_ATTRIBUTES',
    '1st=x,site.name=north,site_name=south,d%C3%A9p%C3%B4t=%22y%22',
  );
  edge = await startEdge();
  token = await labToken('demo');
  image = await makeImage(edge.one.glance, token);
  return edge.stop;
});

afterAll(() => void vi.unstubAllEnvs());

describe.each(TEXTS)('%s', (_, parser, accept) => {
  test('every scrape while calls come and go is understood', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [families] = await Promise.all([scrape(parser, accept), calls()]);
      expect(families.glance_edge_calls_under_way?.type).toBe('gauge');
    }
    const families = await scrape(parser, accept);
    expect(families.glance_edge_calls?.type).toBe('counter');
    expect(sum(families, 'glance_edge_calls_total', { cache: 'hit' })).toBeGreaterThan(0);
    expect(sum(families, 'glance_edge_image_data_served_bytes_total')).toBeGreaterThan(0);
    const duration = families.glance_edge_call_duration_seconds;
    expect(duration?.type).toBe('histogram');
    for (const { name, value } of Object.values(families).flatMap(({ samples }) => samples)) {
      expect(Number.isFinite(value), name).toBe(true);
    }
  });

  test('the service is described by valid labels', async () => {
    const families = await scrape(parser, accept);
    const { samples } = families.target ?? families.target_info ?? expect.fail('no target');
    expect(samples[0]?.labels).toMatchObject({
      key_1st: 'x',
      site_name: 'north;south',
      d_p_t: '"y"',
      service_name: 'glance-edge',
    });
  });
});

test('both tell of the same metrics', async () => {
  const [prometheus, openMetrics] = await Promise.all(
    TEXTS.map(([, parser, accept]) => scrape(parser, accept)),
  );
  const names = (families: Families = {}): string[] =>
    Object.keys(families)
      .map((name) => name.replace(/^target_info$/, 'target'))
      .sort();
  expect(names(prometheus)).toEqual(names(openMetrics));
});

test('what stands beside a bucket leads to a trace that fell into it', async () => {
  const [, [, parser, accept]] = TEXTS;
  const { samples } =
    (await scrape(parser, accept)).glance_edge_call_duration_seconds ?? expect.fail();
  const ids = samples.flatMap(({ traceId }) => traceId ?? []);
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) expect((await exchange(`${edge.admin}/api/traces/${id}`)).status).toBe(200);
});

/** A download, a record, a refusal and a range at once. */
async function calls(): Promise<void> {
  const path = `${edge.url}/v2/images/${image.id}`;
  const headers = { 'X-Auth-Token': token };
  await Promise.all([
    exchange(`${path}/file`, { headers }),
    exchange(path, { headers }),
    exchange(path, { headers: { 'X-Auth-Token': 'wrong' } }),
    exchange(`${path}/file`, { headers: { ...headers, Range: 'bytes=10-19' } }),
    exchange(`${edge.url}/nowhere`, { method: 'PROPFIND' }),
  ]);
}

function sum(
  families: Families,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return Object.values(families)
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .filter((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((total, { value }) => total + value, 0);
}

/** Fetched and parsed as a scraper does; rejects with what the parser can't take. */
async function scrape(parser: string, accept: string): Promise<Families> {
  return JSON.parse(
    await python(
      `import importlib, json, sys, urllib.request
parser, url, accept = sys.argv[1:]
request = urllib.request.Request(url, headers={'Accept': accept})
with urllib.request.urlopen(request) as answer:
    assert answer.headers['Content-Type'].startswith(accept), answer.headers['Content-Type']
    text = answer.read().decode()
families = importlib.import_module(parser).text_string_to_metric_families(text)
print(json.dumps({family.name: {
    'type': family.type,
    'unit': family.unit,
    'samples': [{
        'name': sample.name,
        'labels': sample.labels,
        'value': sample.value,
        'traceId': sample.exemplar and sample.exemplar.labels['trace_id'],
    } for sample in family.samples],
} for family in families}))`,
      parser,
      `${edge.admin}/metrics`,
      accept,
    ),
  );
}
