// One trace of one download, told four times: by the admin face, on the trace page, on the command line
// and through Jaeger's API. All of them show the same spans, from the caller's down to Glance's request.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test, vi } from 'vitest';
import { useBrowser } from '../page/browser.ts';
import { type Edge, startEdge } from './edge.ts';
import { exchange } from './exchange.ts';
import { labToken, makeImage } from './lab.ts';

const CLI = join(import.meta.dirname, '../../src/entry/cli.ts');
const TRACE = '7c2f5d1e90b84c6aa3e1d4f60b2795c8';
const PARENT = 'b7ad6b7169203331';
/** Grant, record, tiers, fill and its reader, and what each of them asked of Glance. */
const NAMES = ['grant', 'record', 'tier memory', 'tier disk', 'fill', 'fill.join', 'origin GET'];

interface Span {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const open = useBrowser();
let edge: Edge;
let told: readonly Span[];

beforeAll(async () => {
  edge = await startEdge();
  const token = await labToken('demo');
  const image = await makeImage(edge.one.glance, token, { size: (9 << 20) + 7 });
  const answer = await exchange(`${edge.url}/v2/images/${image.id}/file`, {
    headers: { 'X-Auth-Token': token, traceparent: `00-${TRACE}-${PARENT}-01` },
  });
  expect(answer.body.equals(image.data)).toBe(true);
  told = await vi.waitFor(async () => {
    const { tree } = JSON.parse((await exchange(`${edge.admin}/api/traces/${TRACE}`)).text());
    // The fill ends a moment after the last byte has left.
    expect(names(tree)).toEqual(expect.arrayContaining(NAMES));
    return tree;
  });
  return edge.stop;
});

const names = (tree: readonly Span[]): string[] => tree.map(({ name }) => name);
const sorted = (texts: readonly string[]): string[] => texts.toSorted((a, b) => (a < b ? -1 : 1));
const ids = (tree: readonly Span[]): string[] => sorted(tree.map(({ spanId }) => spanId));

test("it begins under the caller's span and reaches down to the requests that Glance logged", () => {
  const [call] = told.filter(({ parentSpanId }) => parentSpanId === PARENT);
  expect(call?.name).toBe('GET /v2/images/{image_id}/file');
  const origin = told.filter(({ name }) => name === 'origin GET');
  for (const { spanId, attributes } of origin) {
    const line = edge.one.ledger.lines.find(({ headers }) =>
      String(headers.traceparent).startsWith(`00-${TRACE}-${spanId}`),
    );
    expect(line?.requestId, spanId).toMatch(/^req-/);
    expect(attributes['glance_edge.origin.request_id']).toBe(line?.requestId);
  }
});

test("the page draws these spans, and shows Glance's request id", async () => {
  const page = await open(`${edge.admin}/#/trace/${TRACE}`);
  await page.locator('.waterfall').waitFor();
  const drawn = await page
    .locator('[data-span]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-span') ?? ''));
  expect(sorted(drawn)).toEqual(ids(told));
  const asked = told.find(({ name }) => name === 'origin GET');
  await page.locator(`[data-span="${asked?.spanId}"]`).click();
  const panel = page.getByRole('complementary');
  await panel.waitFor();
  expect(await panel.textContent()).toContain(asked?.attributes['glance_edge.origin.request_id']);
});

test('the command line tells the same spans', async () => {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [
    CLI,
    'trace',
    'show',
    TRACE,
    '--json',
    '--admin',
    edge.admin,
  ]);
  expect(ids(JSON.parse(stdout).tree)).toEqual(ids(told));
  const { stdout: drawn } = await run(process.execPath, [
    CLI,
    'trace',
    'show',
    TRACE,
    '--admin',
    edge.admin,
  ]);
  for (const name of NAMES) expect(drawn).toContain(name);
});

test("and so does Jaeger's API", async () => {
  const { data } = JSON.parse((await exchange(`${edge.admin}/jaeger/api/traces/${TRACE}`)).text());
  const spans: readonly { readonly spanID: string }[] = data[0].spans;
  expect(sorted(spans.map(({ spanID }) => spanID))).toEqual(ids(told));
});
