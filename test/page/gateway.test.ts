// The page on a real gateway: an image is downloaded cold while three others wait for the same fill,
// and everything that the page tells of it comes over the real admin face.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask, startAsking } from '../scenario/stage/client.ts';
import { filePath } from '../scenario/stage/edge.ts';
import { KIB, openScene, replies, settled } from '../scenario/stage/scene.ts';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { OTHER } from '../support/trouble-origin.ts';
import { useBrowser } from './browser.ts';

const open = useBrowser();
const SIZE = 640 * KIB;

test('a cold download with three followers, from the running fill to its history', async () => {
  // Without ranges the fill is one read, so the stall stops all of it.
  const { origin, edge } = await openScene({ origin: { ranges: 'no' } });
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const stall = origin.trouble({
    on: isDownload,
    trouble: { kind: 'stall', at: 256 * KIB, until: gate.opened },
  });
  const page = await open(`${edge.admin}/#/overview`);
  const transfers = [startAsking(edge.url + filePath(image))];
  await stall.struck;
  for (let more = 0; more < 3; more += 1) transfers.push(startAsking(edge.url + filePath(image)));
  await Promise.all(transfers.map((transfer) => transfer.received(64 * KIB)));

  await expect.poll(() => page.locator('.fills').textContent()).toMatch(/40\.0 %.*4 readers/s);
  gate.open();
  const answers = await replies(transfers);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  await settled(edge);

  await search(page, String(answers[3]?.headers['x-trace-id']));
  await page.locator('.waterfall').waitFor();
  expect(await page.locator('.trace-head').textContent()).toContain('collapsed');
  await page.locator('.span-row').getByRole('link', { name: 'the fill it waited on' }).click();
  const fill = page.getByRole('complementary', { name: 'Span fill' });
  await fill.waitFor();
  expect(await fill.textContent()).toMatch(/glance_edge\.fill\.end\s*committed/);
  expect(
    await fill.getByRole('link', { name: 'a reader of this fill' }).count(),
  ).toBeGreaterThanOrEqual(3);
  await page.getByRole('img', { name: /^Bytes over .* from origin/ }).waitFor();

  await search(page, image.id);
  expect(await page.locator('.sentence').textContent()).toMatch(
    /^This image: 4 downloads, 1 fill, 75\.0 % of bytes local/,
  );
  await page.locator('table.traces tbody tr').first().click();
  await page.locator('.waterfall').waitFor();
});

test('the tail shows a call as it ends, and a refused one leads back by its request id', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 64 * KIB });
  const page = await open(edge.admin);
  await page.getByText('No call has ended yet').waitFor();
  await page.getByRole('button', { name: 'Live tail' }).click();
  await page.locator('.live[data-state="live"]').waitFor();
  const refused = await ask(edge.url + filePath(image), { token: OTHER });
  expect(refused.status).toBe(404);
  await page.locator('table.traces tbody tr', { hasText: '404' }).waitFor();

  await search(page, String(refused.headers['x-openstack-request-id']));
  await page.locator('.waterfall').waitFor();
  expect(page.url()).toContain(String(refused.headers['x-trace-id']));
});

async function search(page: Page, text: string): Promise<void> {
  await page.getByRole('searchbox').fill(text);
  await page.getByRole('searchbox').press('Enter');
  await page.waitForURL((url) => !url.hash.startsWith('#/overview'));
}
