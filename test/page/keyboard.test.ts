// The page without a mouse.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { FOLLOWERS, SLOW_BOOT } from './stub/boot-story.ts';
import { EVERYDAY } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';

const open = useBrowser();
const ALL = [...EVERYDAY, ...FOLLOWERS.toReversed(), SLOW_BOOT];
let stub: GatewayStub;

beforeAll(async () => {
  stub = await openGatewayStub(ALL);
  return () => stub.goAway();
});

test('/ leads to the search box, Esc out of it', async () => {
  const page = await openList();
  await page.keyboard.press('/');
  expect(await page.getByRole('searchbox').evaluate((box) => box.matches(':focus'))).toBe(true);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('searchbox').evaluate((box) => box.matches(':focus'))).toBe(false);
});

test('j, k and the arrows walk the rows with a focus that is seen, Enter opens, Esc goes back', async () => {
  const page = await openList('?outcome=collapsed');
  for (const key of ['j', 'ArrowDown', 'j', 'k']) await page.keyboard.press(key);
  expect(await focusedTrace(page)).toBe(FOLLOWERS[1]?.traceId);
  const outline = await page.evaluate(
    'getComputedStyle(document.activeElement, "::after").outlineStyle',
  );
  expect(outline).toBe('solid');
  await page.keyboard.press('Enter');
  await page.locator('.waterfall').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('table.traces').waitFor();
  expect(new URL(page.url()).hash).toBe('#/?outcome=collapsed');
});

test('spans are walked, folded and opened; Esc closes the panel first', async () => {
  const page = await open(`${stub.url}/#/trace/${SLOW_BOOT.traceId}`);
  await page.locator('.waterfall').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  expect(await page.locator('.span-row:focus .name').textContent()).toBe('grant');
  await page.keyboard.press('ArrowLeft');
  expect(await page.locator('.span-row:focus').getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('j');
  expect(await page.locator('.span-row:focus .name').textContent()).toBe('record');
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Span grant' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.panel').count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.locator('table.traces').waitFor();
});

test('? shows the keys, and nothing else listens meanwhile', async () => {
  const page = await openList();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.waitFor();
  await page.keyboard.press('o');
  expect(page.url()).not.toContain('overview');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('o, t, l, p and r do what the buttons do', async () => {
  const page = await openList();
  await page.keyboard.press('o');
  await page.locator('.tiles').waitFor();
  await page.keyboard.press('t');
  await page.locator('table.traces').waitFor();
  await page.keyboard.press('l');
  await page.locator('.live[data-state="live"]').waitFor();
  await page.keyboard.press('p');
  await page.locator('.live[data-state="paused"]').waitFor();
  const asked = page.waitForRequest((request) => request.url().includes('/api/traces?'));
  await page.keyboard.press('r');
  await asked;
});

test('Tab passes over the bar by the skip link', async () => {
  const page = await openList();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.locator('main').evaluate((main) => main.matches(':focus'))).toBe(true);
  await page.locator('table.traces').waitFor();
});

async function openList(query = ''): Promise<Page> {
  const page = await open(`${stub.url}/#/${query}`);
  await page.locator('table.traces').waitFor();
  return page;
}

function focusedTrace(page: Page): Promise<string | null> {
  return page.locator('tr', { has: page.locator('a.call:focus') }).getAttribute('data-trace');
}
