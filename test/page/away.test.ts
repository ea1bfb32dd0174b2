// A gateway that goes away under the page, and comes back.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { SLOW_BOOT } from './stub/boot-story.ts';
import { EVERYDAY } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';

const open = useBrowser();
const complaints = /ERR_/;
let stub: GatewayStub;

beforeEach(async () => {
  stub = await openGatewayStub([...EVERYDAY, SLOW_BOOT]);
  onTestFinished(() => stub.goAway());
});

test('the page says so, keeps what it showed, and draws anew when the gateway is back', async () => {
  const page = await open(stub.url, { complaints });
  const rows = page.locator('table.traces tbody tr');
  await rows.first().waitFor();
  await stub.goAway();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
  expect(await rows.count()).toBe(EVERYDAY.length + 1);
  stub.traces = EVERYDAY;
  await stub.comeBack();
  await page.getByRole('alert').waitFor({ state: 'hidden' });
  await expect.poll(() => rows.count()).toBe(EVERYDAY.length);
});

test('a view that is opened meanwhile is drawn as soon as the gateway is back', async () => {
  const page = await open(stub.url, { complaints });
  await page.locator('table.traces').waitFor();
  await stub.goAway();
  await page.locator('tr', { hasText: '4 min 12 s' }).click();
  await page.getByRole('heading', { name: 'The gateway does not answer' }).waitFor();
  await stub.comeBack();
  await page.locator('.waterfall').waitFor();
});

test('the overview keeps its last numbers meanwhile', async () => {
  const page = await open(`${stub.url}/#/overview`, { complaints });
  await page.locator('.tiles').waitFor();
  await stub.goAway();
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
  expect(await page.locator('.tiles').count()).toBe(1);
  await stub.comeBack();
  await page.getByRole('alert').waitFor({ state: 'hidden' });
});
