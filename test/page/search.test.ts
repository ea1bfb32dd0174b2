// The search box: what is pasted there leads straight to its only match.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { FOLLOWERS, SLOW_BOOT, SLOW_REQUEST } from './stub/boot-story.ts';
import { EVERYDAY } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';
import { IMAGE } from './stub/spans.ts';

const open = useBrowser();
let stub: GatewayStub;

beforeAll(async () => {
  stub = await openGatewayStub([...EVERYDAY, ...FOLLOWERS.toReversed(), SLOW_BOOT]);
  return () => stub.goAway();
});

test.each([
  ['a request id', SLOW_REQUEST, `#/trace/${SLOW_BOOT.traceId}`],
  ['a trace id', SLOW_BOOT.traceId, `#/trace/${SLOW_BOOT.traceId}`],
  ['an image id with several calls', IMAGE, `#/image/${IMAGE}`],
])('%s that is pasted is opened at once', async (_, text, hash) => {
  const page = await open(`${stub.url}/#/overview`);
  await paste(page, text);
  await page.waitForURL((url) => url.hash === hash);
});

test('a text that several calls have filters the list, and emptying the box lets go', async () => {
  const page = await open(stub.url);
  const box = page.getByRole('searchbox');
  await box.fill('req-f');
  await box.press('Enter');
  await expect.poll(() => page.locator('table.traces tbody tr').count()).toBe(3);
  expect(new URL(page.url()).hash).toBe('#/?q=req-f');
  await box.fill('');
  await page.waitForURL((url) => url.hash === '#/');
});

test('a text that nothing matches says so', async () => {
  const page = await open(stub.url);
  await page.getByRole('searchbox').fill('req-00000000');
  await page.getByRole('searchbox').press('Enter');
  await page.getByText('No trace matches').waitFor();
});

/** As a person pastes: out of the clipboard, by its keys. */
async function paste(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.getByRole('searchbox').click();
  await page.keyboard.press('Control+V');
}
