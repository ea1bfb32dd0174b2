// `glance-edge cache` as an operator runs it: the program against a real gateway, and against what is
// no gateway at all.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ask } from '../scenario/stage/client.ts';
import { type Edge, filePath, openEdge } from '../scenario/stage/edge.ts';
import { eventually, KIB, metric, type SeededData, settled } from '../scenario/stage/scene.ts';
import { createTroubleOrigin, type TroubleOrigin } from '../support/trouble-origin.ts';
import { type Ended, listening, PATIENCE_MS, runProgram, urlOf } from './program.ts';

let origin: TroubleOrigin;
let edge: Edge;
let image: SeededData;

/** Once over the WAN, three times out of the cache; and another one, once. */
beforeAll(async () => {
  origin = await createTroubleOrigin();
  edge = await openEdge({ regions: { RegionOne: origin } });
  image = await origin.seed({ size: 200 * KIB });
  const other = await origin.seed({ size: 4 * KIB });
  for (const wanted of [image, image, image, image, other]) {
    await ask(edge.url + filePath(wanted));
    await settled(edge);
  }
  await eventually(async () => (await metric(edge, /^glance_edge_calls_total/)) === 5);
}, PATIENCE_MS);

afterAll(async () => {
  await edge.close();
  await origin.close();
});

const ofEdge = (...args: readonly string[]): Promise<Ended> =>
  runProgram('cache', ...args, '--admin', edge.admin);

test('status tells tiers, shares and fills', { timeout: PATIENCE_MS }, async () => {
  const { status, output, errors } = await ofEdge('status');
  expect([status, errors]).toEqual([0, '']);
  expect(output).toContain(`at ${edge.admin}\nReady, up since 20`);
  expect(output).toMatch(/^memory +\d.* % +2\d\d\.\d KiB +\S+ MiB +\d+$/m);
  expect(output).toMatch(/^disk +\d.* % +\S+ [KM]iB +64\.0 MiB +\d+$/m);
  expect(output).toMatch(/^hit ratio of calls +60\.0 % +60\.0 %$/m);
  expect(output).toMatch(/^local share of bytes +74\.6 % +74\.6 %$/m);
  expect(output).toMatch(/^WAN bytes saved +600\.0 KiB +600\.0 KiB$/m);
  expect(output).toContain('No fill is under way.');
});

test('status as JSON has the same in numbers', { timeout: PATIENCE_MS }, async () => {
  const { status, output } = await ofEdge('status', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    ready: { ready: true, reasons: [] },
    tiers: [{ name: 'memory' }, { name: 'disk', maxBytes: 64 * 1024 * KIB }],
    fills: [],
    lastHour: { calls: 5, errors: 0, hitRatio: 0.6 },
    sinceStart: { calls: 5, savedBytes: 600 * KIB },
  });
});

test('images are told most downloaded first, or one', { timeout: PATIENCE_MS }, async () => {
  const all = await ofEdge('images');
  expect([all.status, all.errors]).toEqual([0, '']);
  const [head, first, ...others] = all.output.trim().split('\n');
  expect(head).toMatch(/^IMAGE +REGION +DOWNLOADS +FILLS +FAILED +LOCAL +SENT +FETCHED +LAST/);
  expect(first).toMatch(
    new RegExp(`^${image.id} +RegionOne +4 +1 +0 +75\\.0 % +800\\.0 KiB +200\\.0 KiB +20`),
  );
  expect(others).toHaveLength(1);
  const one = await ofEdge('images', image.id.toUpperCase(), '--json');
  expect(JSON.parse(one.output)).toMatchObject({
    images: [{ imageId: image.id, region: 'RegionOne', downloads: 4, fills: 1 }],
  });
  const few = await ofEdge('images', '--limit', '1', '--json');
  expect(JSON.parse(few.output).images).toHaveLength(1);
});

test('what is not known is told in a line', { timeout: PATIENCE_MS }, async () => {
  expect(await ofEdge('images', 'no-such-image')).toEqual({
    status: 1,
    output: '',
    errors: 'glance-edge: Nothing is known of the image no-such-image.\n',
  });
  const none = await ofEdge('images', '--region', 'Nowhere');
  expect([none.status, none.errors]).toEqual([
    1,
    'glance-edge: Nothing is known of any such image.\n',
  ]);
});

test('wrong arguments are 2, help is 0', { timeout: PATIENCE_MS }, async () => {
  const wrong = await ofEdge('clear');
  expect([wrong.status, wrong.errors]).toEqual([
    2,
    'glance-edge: "clear" is not status or images; see glance-edge cache --help\n',
  ]);
  const help = await runProgram('cache', '--help');
  expect(help.status).toBe(0);
  for (const word of ['status', 'images', '--admin', '--json']) expect(help.output).toContain(word);
});

test('what is no gateway is 1, and can not steer the terminal', {
  timeout: PATIENCE_MS,
}, async () => {
  const stranger = await listening((path) =>
    path.startsWith('/error') ? [500, JSON.stringify({ error: 'no\u001b[2J' })] : [200, '{}'],
  );
  onTestFinished(() => void stranger.close());
  for (const [path, said] of [
    ['', 'is not the admin face of a gateway.'],
    ['/error', 'refused: no[2J'],
  ] as const) {
    const { status, output, errors } = await runProgram(
      'cache',
      'status',
      '--admin',
      urlOf(stranger) + path,
    );
    expect([status, output]).toEqual([1, '']);
    expect(errors).toContain(said);
    expect(errors).not.toContain('\u001b');
  }
});
