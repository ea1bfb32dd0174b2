// ImageApi through the `fetch` of a gateway in the same process: the same cache, no socket between.
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { nodePemFiles } from '../../src/entry/pem-files.ts';
import { createWorkerGateway } from '../../src/entry/worker-gateway.ts';
import type { Gateway } from '../../src/gateway.ts';
import { openOrigin } from '../scenario/stage/scene.ts';
import { isDownload } from '../support/ledger.ts';
import { OTHER } from '../support/trouble-origin.ts';
import { AS_OWNER, bytesOf, openApi, thrownBy } from './stage/stage.ts';

const PUBLIC = 'http://edge.example';

test('an image is downloaded from Glance once, also by its URI, and each caller is still asked for', async () => {
  const [one, two] = [await openOrigin(), await openOrigin({ region: 'RegionTwo' })];
  const gateway = gatewayBefore({ RegionOne: one.url, RegionTwo: two.url });
  const fetch = (request: Request): Response | Promise<Response> => gateway.fetch(request);
  const api = openApi({ endpoints: [PUBLIC], throughGateway: true, fetch });
  const image = await two.seed({ size: 3_000_000 });
  const refs = [
    `${PUBLIC}/regions/RegionTwo/v2/images/${image.id}`,
    `${two.url}/v2/images/${image.id}`,
  ];
  for (const ref of refs) {
    expect((await api.get(AS_OWNER, ref)).size).toBe(3_000_000);
    expect((await bytesOf(await api.download(AS_OWNER, ref))).equals(image.data)).toBe(true);
  }
  expect(two.ledger.imageBytes()).toBe(3_000_000);
  expect(one.ledger.count(isDownload)).toBe(0);
  const [ref = ''] = refs;
  const refused = await thrownBy(() => api.download({ authToken: OTHER }, ref));
  expect(refused).toMatchObject({ code: 'not-found' });
});

function gatewayBefore(regions: Readonly<Record<string, string>>): Gateway {
  const settings = {
    public_url: PUBLIC,
    default_region: Object.keys(regions)[0],
    regions: Object.fromEntries(
      Object.entries(regions).map(([name, url]) => [name, { endpoints: [url] }]),
    ),
  };
  const text = JSON.stringify(settings);
  const loaded = loadConfig({ file: 'here', text, environment: {}, pemFiles: nodePemFiles });
  if (loaded.kind !== 'config') throw new Error(loaded.mistakes[0]?.message);
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  return createWorkerGateway(loaded.config, silent, () => {});
}
