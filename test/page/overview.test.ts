// The overview and the history of an image.
import type { Page } from 'playwright-core';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { FOLLOWERS, SLOW_BOOT } from './stub/boot-story.ts';
import { EVERYDAY } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';
import { GIB, IMAGE, NOON } from './stub/spans.ts';

const open = useBrowser();
let stub: GatewayStub;

beforeEach(async () => {
  stub = await openGatewayStub([...EVERYDAY, ...FOLLOWERS.toReversed(), SLOW_BOOT]);
  onTestFinished(() => stub.goAway());
});

test('readiness, hit ratios and saved bytes are told first', async () => {
  const page = await openOverview();
  expect(await page.locator('.readiness').textContent()).toMatch(/Ready for calls.*up 93 h/s);
  expect(await tile(page, 'Hit ratio, requests')).toContain('83.7 %');
  expect(await tile(page, 'Hit ratio, bytes')).toContain('96.3 %');
  expect(await tile(page, 'WAN bytes saved')).toContain('115 GiB');
  expect(await tile(page, 'Errors')).toContain('12');
});

test('a gateway that is not ready says why', async () => {
  stub.overview = { ...stub.overview, ready: { ready: false, reasons: ['draining'] } };
  const page = await openOverview();
  expect(await page.locator('.readiness').textContent()).toContain('Not ready for calls: draining');
});

test('four plots show the last hour, each with its words and its numbers', async () => {
  const page = await openOverview();
  const plots = page.locator('figure.plot');
  await expect.poll(() => plots.locator('canvas').count()).toBe(4);
  expect(await plots.locator('h3').allInnerTexts()).toEqual([
    'Calls a minute',
    'Hit ratio',
    'Image data by source',
    'Durations',
  ]);
  expect(await plots.first().textContent()).toContain(
    '2,343 calls in the last hour, 12 of them errors.',
  );
  await plots.nth(2).getByText('As numbers').click();
  const numbers = plots.nth(2).locator('tbody tr');
  await expect.poll(() => numbers.count()).toBe(60);
  expect(await numbers.first().textContent()).toMatch(/^12:00/);
});

test('a running fill has its progress and its end, and goes on while one looks', async () => {
  const page = await openOverview();
  const bar = page.getByRole('progressbar', { name: `Fill of image ${IMAGE}` });
  expect(await page.locator('.fills').textContent()).toMatch(
    /65\.0 %.*2\.60 GiB of 4\.00 GiB.*1 min 26 s left.*4 readers/s,
  );
  const [fill, ...others] = stub.overview.fills;
  if (fill === undefined) throw new Error('The stub has a fill.');
  stub.overview = { ...stub.overview, fills: [{ ...fill, filledBytes: 3 * GIB }, ...others] };
  await expect.poll(() => bar.getAttribute('value')).toBe(String(3 * GIB));
  await page.locator('.fills').getByRole('link', { name: 'its trace' }).first().click();
  await page.getByRole('complementary', { name: 'Span fill' }).waitFor();
});

test('tiers have their fullness, endpoints their health, regions lead to their traces', async () => {
  const page = await openOverview();
  const fullness = page.getByRole('progressbar', { name: 'Fullness of disk' });
  expect(Number(await fullness.getAttribute('value'))).toBeCloseTo(0.605);
  const regions = page.getByRole('table', { name: 'Regions and endpoints' });
  const failing = regions.getByRole('row').filter({ hasText: 'glance-b.one.example' });
  expect(await failing.textContent()).toMatch(/failing.*204 ms.*61.*origin-unreachable/s);
  await regions.getByRole('link', { name: 'RegionTwo' }).click();
  await expect.poll(() => page.locator('table.traces tbody tr').count()).toBe(3);
});

test("an image's history is a sentence for each region, and its calls", async () => {
  const page = await openOverview();
  await page
    .getByRole('table', { name: 'Most downloaded images' })
    .getByRole('link')
    .first()
    .click();
  await page.waitForURL((url) => url.hash === `#/image/${IMAGE}`);
  const first = page.getByRole('region', { name: 'In RegionOne' });
  expect(await first.locator('.sentence').textContent()).toBe(
    'This image: 212 downloads, 1 fill, 99.5 % of bytes local. Sent 848 GiB, fetched 4.24 GiB over the WAN.',
  );
  expect(await page.locator('.sentence').count()).toBe(2);
  await page.locator('tr', { hasText: '4 min 12 s' }).click();
  await page.locator('.waterfall').waitFor();
});

test('an image that nothing is known of says so', async () => {
  const page = await open(`${stub.url}/#/image/00000000-0000-4000-8000-000000000000`, {
    complaints: /404/,
  });
  await page.getByText('Nothing is known of this image').waitFor();
});

async function openOverview(): Promise<Page> {
  const page = await open(`${stub.url}/#/overview`, { now: NOON });
  await page.locator('.tiles').waitFor();
  return page;
}

function tile(page: Page, name: string): Promise<string | null> {
  return page.locator('.tile', { has: page.locator(`dt:text-is("${name}")`) }).textContent();
}
