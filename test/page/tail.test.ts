// The live tail: calls appear as they end; paused, they are counted; a gateway that refuses or leaves
// is told of.
import type { Page } from 'playwright-core';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { EVERYDAY, newCall } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';

const open = useBrowser();
let stub: GatewayStub;

beforeEach(async () => {
  stub = await openGatewayStub(EVERYDAY);
  onTestFinished(() => stub.goAway());
});

test('a call that ends while the tail is on becomes the first row', async () => {
  const page = await live();
  stub.end([newCall(1), newCall(2)]);
  await expect.poll(() => rows(page).count()).toBe(EVERYDAY.length + 2);
  expect(await rows(page).first().getAttribute('data-trace')).toBe(newCall(2).traceId);
  expect(page.url()).toContain('live=1');
});

test('while it is paused calls are counted, and Resume shows them', async () => {
  const page = await live();
  await page.getByRole('button', { name: 'Pause' }).click();
  stub.end([newCall(1), newCall(2), newCall(3)]);
  await page.getByRole('status').filter({ hasText: 'Paused, 3 new calls' }).waitFor();
  expect(await rows(page).count()).toBe(EVERYDAY.length);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => rows(page).count()).toBe(EVERYDAY.length + 3);
  expect(await page.getByText('Paused').count()).toBe(0);
});

test('a trace with another call moves up instead of standing there twice', async () => {
  const page = await live();
  stub.end([newCall(1), newCall(2), newCall(1)]);
  await expect.poll(() => rows(page).first().getAttribute('data-trace')).toBe(newCall(1).traceId);
  expect(await rows(page).count()).toBe(EVERYDAY.length + 2);
});

test('turning it off, or leaving the list, ends the listening', async () => {
  const page = await live();
  await page.getByRole('button', { name: 'Live tail' }).click();
  await expect.poll(() => stub.listening()).toBe(0);
  await page.getByRole('button', { name: 'Live tail' }).click();
  await expect.poll(() => stub.listening()).toBe(1);
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect.poll(() => stub.listening()).toBe(0);
});

test('more calls than the table holds push the oldest out', async () => {
  const page = await live();
  stub.end(Array.from({ length: 1_200 }, (_, at) => newCall(at)));
  await expect
    .poll(() => rows(page).first().getAttribute('data-trace'))
    .toBe(newCall(1_199).traceId);
  expect(await rows(page).count()).toBeLessThanOrEqual(1_000);
});

test('a gateway without room for another listener is told of', async () => {
  stub.tailOpen = false;
  const page = await open(`${stub.url}/#/?live=1`, { complaints: /503|EventSource/ });
  await page.getByText('no room for another listener').waitFor();
});

test('after the gateway was away the tail goes on, and nothing is missing', async () => {
  const page = await live(/ERR_|EventSource/);
  await stub.goAway();
  await page.getByText('Connecting …').waitFor();
  stub.traces = [newCall(7), ...stub.traces];
  await stub.comeBack();
  await expect.poll(() => rows(page).first().getAttribute('data-trace')).toBe(newCall(7).traceId);
  await expect.poll(() => stub.listening()).toBe(1);
});

async function live(complaints?: RegExp): Promise<Page> {
  const page = await open(stub.url, complaints === undefined ? {} : { complaints });
  await expect.poll(() => rows(page).count()).toBe(EVERYDAY.length);
  await page.getByRole('button', { name: 'Live tail' }).click();
  await page.locator('.live[data-state="live"]').waitFor();
  return page;
}

const rows = (page: Page) => page.locator('table.traces tbody tr');
