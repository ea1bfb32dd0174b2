// One trace: the waterfall, its panel, links between followers and fills, bytes over time, copies.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { FOLLOWERS, SLOW_BOOT, SLOW_REQUEST } from './stub/boot-story.ts';
import { EVERYDAY, hugeTrace } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';
import { call, hexId, IMAGE, NOON, span, trace } from './stub/spans.ts';

const open = useBrowser();
const HUGE = hugeTrace(512);
const [FOLLOWER] = FOLLOWERS;
/** A call with a trace of its own, and a profile that its caller has signed besides. */
const PROFILED = trace('profiled', [
  span(NOON, {
    id: 'profiled',
    name: 'GET /v2/images',
    kind: 'server',
    at: 0,
    took: 5,
    attributes: call('GET', '/v2/images', {}),
    links: [{ trace: 'profile', span: 'point', what: 'profile' }],
  }),
]);
let stub: GatewayStub;

beforeAll(async () => {
  stub = await openGatewayStub([...EVERYDAY, ...FOLLOWERS.toReversed(), SLOW_BOOT, HUGE, PROFILED]);
  return () => stub.goAway();
});

test('the head says how the call went, where its time went, and its ids', async () => {
  const head = (await openTrace(SLOW_BOOT.traceId)).locator('.trace-head');
  const text = await head.textContent();
  expect(text).toContain('GET /v2/images/{image_id}/file');
  expect(text).toMatch(/uri-miss.*4 min 12 s.*status 200/s);
  expect(text).toContain('99.7 % of the time, 4 min 12 s, was spent reading from a fill');
  for (const id of [SLOW_BOOT.traceId, SLOW_REQUEST, IMAGE]) expect(text).toContain(id);
});

test('spans are nested as their parents say and stand where they were in time', async () => {
  const page = await openTrace(SLOW_BOOT.traceId);
  const levels = await rows(page).evaluateAll((all) =>
    all.map(
      (row) => `${row.getAttribute('aria-level')} ${row.querySelector('.name')?.textContent}`,
    ),
  );
  expect(levels).toEqual([
    '1 GET /v2/images/{image_id}/file',
    '2 grant',
    '3 origin GET',
    '2 record',
    '3 origin GET',
    '2 tier memory',
    '2 tier disk',
    '2 fill.join',
    '2 fill',
    '3 origin GET',
    '3 origin GET',
  ]);
  const lane = await box(page, '.span-row:nth-child(11) .span-time');
  const bar = await box(page, '.span-row:nth-child(11) .bar');
  expect((bar.x - lane.x) / lane.width).toBeCloseTo(97_010 / 252_300, 1);
  expect(bar.width / lane.width).toBeCloseTo(155_100 / 252_300, 1);
});

test('a failed span is marked, events stand on their spans', async () => {
  const page = await openTrace(SLOW_BOOT.traceId);
  expect(
    await page
      .getByRole('row', { name: 'origin GET' })
      .getByRole('img', { name: 'Failed', exact: true })
      .count(),
  ).toBe(1);
  expect(await page.getByRole('img', { name: /^resumed, 1 min 37 s/ }).count()).toBe(1);
  expect(await page.getByRole('img', { name: /^verified/ }).count()).toBe(1);
});

test('a click shows attributes, events and links of a span; the address names it', async () => {
  const page = await openTrace(SLOW_BOOT.traceId);
  await row(page, 'fill').click();
  const panel = page.getByRole('complementary', { name: 'Span fill' });
  expect(await panel.textContent()).toMatch(/glance_edge\.fill\.end\s*committed/);
  const size = panel.locator('dt:text-is("glance_edge.image.size") + dd');
  expect(await size.textContent()).toBe('4.00 GiB');
  expect(await size.getAttribute('title')).toBe('4,294,967,296 bytes');
  expect(await panel.textContent()).toContain('origin-cut');
  expect(await panel.locator('.span-link').count()).toBe(3);
  expect(page.url()).toContain(`span=${hexId('fill', 16)}`);
  await panel.getByRole('button', { name: 'Close the panel' }).click();
  expect(await panel.count()).toBe(0);
  expect(page.url()).not.toContain('span=');
});

test('a follower leads to the fill it waited on, the fill to its followers', async () => {
  const page = await openTrace(FOLLOWER?.traceId ?? '');
  await rows(page).getByRole('link', { name: 'the fill it waited on' }).click();
  await page.waitForURL((url) => url.hash.includes(SLOW_BOOT.traceId));
  await page.getByRole('complementary', { name: 'Span fill' }).waitFor();
  expect(await page.locator('.span-row[aria-selected="true"] .name').textContent()).toBe('fill');
  await rows(page)
    .getByRole('link', { name: /a reader of this fill/ })
    .first()
    .click();
  await page.waitForURL((url) => url.hash.includes(FOLLOWER?.traceId ?? ''));
  await page.getByRole('complementary', { name: 'Span fill.join' }).waitFor();
});

test('a caller who has signed a profile besides is led to it', async () => {
  const page = await openTrace(PROFILED.traceId);
  const link = rows(page).getByRole('link', { name: "the caller's own profile, in trace" });
  expect(await link.getAttribute('href')).toContain(hexId('profile', 32));
});

test('bytes by source are drawn over time and told in words', async () => {
  const page = await openTrace(FOLLOWER?.traceId ?? '');
  const drawing = page.getByRole('img', { name: /^Bytes over 3 min 46 s/ });
  expect(await drawing.getAttribute('aria-label')).toMatch(
    /MiB from memory, .* from disk, .* GiB from origin/,
  );
  expect(await drawing.locator('polygon').count()).toBe(3);
  expect(await page.locator('.byte-lane .legend').textContent()).toMatch(/origin\s*3.80 GiB/);
});

test.each([
  ['the clipboard', false],
  ['a page that has no clipboard interface', true],
])('JSON and curl are copied with %s', async (_, bare) => {
  const page = await open(stub.url);
  if (bare) {
    await page.addInitScript('Object.defineProperty(navigator, "clipboard", { value: undefined })');
  } else await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${stub.url}/?#/trace/${SLOW_BOOT.traceId}`);
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await pasted(page)).toBe(`curl -s '${stub.url}/api/traces/${SLOW_BOOT.traceId}'`);
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await page.getByRole('button', { name: 'Copied' }).last().waitFor();
  await expect.poll(async () => /^\{\s*"traceId": /.test(await pasted(page))).toBe(true);
});

test('a trace that is not held any more says so', async () => {
  const page = await open(`${stub.url}/#/trace/${'0'.repeat(32)}`, { complaints: /404/ });
  await page.getByText('This trace is not held any more').waitFor();
  await page.getByRole('link', { name: 'To the list of traces' }).click();
  await page.locator('table.traces').waitFor();
});

test('512 spans are all there, fold away and stay walkable', async () => {
  const page = await openTrace(HUGE.traceId);
  expect(await rows(page).count()).toBe(512);
  await rows(page).first().locator('.fold').click();
  await expect.poll(() => page.locator('.span-row:visible').count()).toBe(1);
  await rows(page).first().locator('.fold').click();
  await rows(page).first().focus();
  await page.keyboard.press('End');
  expect(await page.locator('.span-row:focus').getAttribute('data-span')).toBe(
    await rows(page).last().getAttribute('data-span'),
  );
});

async function openTrace(id: string): Promise<Page> {
  const page = await open(`${stub.url}/#/trace/${id}`);
  await page.locator('.waterfall').waitFor();
  return page;
}

const rows = (page: Page) => page.locator('.span-row');

const row = (page: Page, name: string) =>
  rows(page).filter({ has: page.locator(`.name:text-is("${name}")`) });

async function box(page: Page, selector: string) {
  const found = await page.locator(selector).boundingBox();
  if (found === null) throw new Error(`${selector} is not seen`);
  return found;
}

/** What the clipboard holds, as the search box takes it: in one line. */
async function pasted(page: Page): Promise<string> {
  const field = page.getByRole('searchbox');
  await field.fill('');
  await field.evaluate((input) => input.removeAttribute('maxlength'));
  await field.focus();
  await page.keyboard.press('Control+V');
  return field.inputValue();
}
