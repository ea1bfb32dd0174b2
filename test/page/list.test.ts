// The list of traces: rows, filters that live in the address, and what stands there without rows.
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { FOLLOWERS, SLOW_BOOT } from './stub/boot-story.ts';
import { EVERYDAY, newCall } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';
import { OTHER_IMAGE } from './stub/spans.ts';

const open = useBrowser();
const ALL = [...EVERYDAY, ...FOLLOWERS.toReversed(), SLOW_BOOT];
let stub: GatewayStub;

beforeAll(async () => {
  stub = await openGatewayStub(ALL);
  return () => stub.goAway();
});

test('every held trace is a row, newest first, with exact values on hover', async () => {
  const page = await open(stub.url);
  const rows = page.locator('table.traces tbody tr');
  await expect.poll(() => rows.count()).toBe(ALL.length);
  expect(await rows.first().textContent()).toMatch(
    /hit memory.*GET .*file.*RegionOne.*200.*812 ms/s,
  );
  expect(await rows.first().locator('.c-took').getAttribute('title')).toBe('812 ms');
  expect(await rows.last().textContent()).toContain('4 min 12 s');
  expect(await page.getByRole('status').filter({ hasText: '15 traces' }).count()).toBe(1);
});

test.each([
  ['Outcome', 'collapsed', 3, 'outcome=collapsed'],
  ['Region', 'RegionTwo', 3, 'region=RegionTwo'],
  ['Route', '/v2/images', 1, 'route=%2Fv2%2Fimages'],
  ['Image', OTHER_IMAGE, 2, `image=${OTHER_IMAGE}`],
  ['Status', '503', 1, 'status=503'],
  ['At least', '3 min', 3, 'min_ms=180000'],
  ['At least', '10s', 7, 'min_ms=10000'],
])('the filter %s = %s leaves %i rows and is in the address', async (label, value, rows, query) => {
  const page = await open(stub.url);
  const field = page.getByLabel(label, { exact: true });
  if (label === 'Outcome') await field.selectOption(value);
  else {
    await field.fill(value);
    await field.press('Enter');
  }
  await expect.poll(() => page.locator('table.traces tbody tr').count()).toBe(rows);
  expect(new URL(page.url()).hash).toBe(`#/?${query}`);
});

test('a link carries all filters, and Clear drops them', async () => {
  const page = await open(`${stub.url}/#/?outcome=error&region=RegionTwo&min_ms=60000`);
  await expect.poll(() => page.locator('table.traces tbody tr').count()).toBe(1);
  expect(await page.getByLabel('Outcome').inputValue()).toBe('error');
  expect(await page.getByLabel('Region').inputValue()).toBe('RegionTwo');
  expect(await page.getByLabel('At least').inputValue()).toBe('1 min');
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(() => page.locator('table.traces tbody tr').count()).toBe(ALL.length);
  expect(new URL(page.url()).hash).toBe('#/');
});

test('a filter that no trace matches says so and offers a way out', async () => {
  const page = await open(`${stub.url}/#/?region=Nowhere`);
  await page.getByText('No trace matches').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect.poll(() => page.locator('table.traces tbody tr').count()).toBe(ALL.length);
});

test("a filter that the gateway refuses shows the gateway's words", async () => {
  const page = await open(`${stub.url}/#/?status=many`, { complaints: /400/ });
  await page.getByText('must be an HTTP status').waitFor();
});

test('a status that is none is held back by its field', async () => {
  const page = await open(stub.url);
  await page.getByLabel('Status').fill('2xx');
  await page.getByLabel('Status').press('Enter');
  expect(await page.getByLabel('Status').evaluate((field) => field.matches(':invalid'))).toBe(true);
  expect(page.url()).not.toContain('status');
});

test('an empty ring says what will come', async () => {
  const empty = await openGatewayStub([]);
  const page = await open(empty.url);
  await page.getByText('No call has ended yet').waitFor();
  await empty.goAway();
});

test('1,000 rows are one button away and drawn', async () => {
  const full = await openGatewayStub(Array.from({ length: 1_000 }, (_, at) => newCall(at)));
  const page = await open(full.url);
  const rows = page.locator('table.traces tbody tr');
  await expect.poll(() => rows.count()).toBe(200);
  await page.getByRole('button', { name: 'Show up to 1,000 traces' }).click();
  await expect.poll(() => rows.count()).toBe(1_000);
  expect(page.url()).toContain('limit=1000');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect.poll(() => rows.count()).toBe(1_000);
  await full.goAway();
});

test('a click opens the trace of a row, and its image has a link of its own', async () => {
  const page = await open(stub.url);
  await page.locator('tr', { hasText: '4 min 12 s' }).click();
  await page.locator('.waterfall').waitFor();
  expect(page.url()).toContain(`#/trace/${SLOW_BOOT.traceId}`);
  await page.goBack();
  await page.locator('tr', { hasText: '4 min 12 s' }).locator('.c-image a').click();
  await page.locator('.sentence').first().waitFor();
});
