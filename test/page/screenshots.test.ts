// Pictures of every view for people to look at, in light, dark and at the width of a phone. Written
// only when GLANCE_EDGE_SCREENSHOTS names a folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { FOLLOWERS, SLOW_BOOT } from './stub/boot-story.ts';
import { EVERYDAY } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';
import { hexId, IMAGE, NOON } from './stub/spans.ts';

const FOLDER = process.env.GLANCE_EDGE_SCREENSHOTS ?? '';

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  'phone-dark': { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
};

const [FOLLOWER] = FOLLOWERS;

const VIEWS: readonly (readonly [name: string, path: string, ready: string])[] = [
  ['list', '/', 'table.traces'],
  ['list-filtered', '/#/?outcome=hit&min_ms=500', 'table.traces'],
  ['waterfall', `/#/trace/${FOLLOWER?.traceId}`, '.waterfall'],
  ['fill-with-followers', `/#/trace/${SLOW_BOOT.traceId}?span=${hexId('fill', 16)}`, '.panel'],
  ['image', `/#/image/${IMAGE}`, '.sentence'],
  ['overview', '/#/overview', '.u-wrap canvas'],
  ['gone', `/#/trace/${'0'.repeat(32)}`, '.empty'],
];

describe.skipIf(FOLDER === '')('pictures', () => {
  const open = useBrowser();
  let stub: GatewayStub;

  beforeAll(async () => {
    stub = await openGatewayStub([...EVERYDAY, ...FOLLOWERS.toReversed(), SLOW_BOOT]);
    await mkdir(FOLDER, { recursive: true });
    return () => stub.goAway();
  });

  for (const [look, context] of Object.entries(LOOKS)) {
    test.each(VIEWS)(`%s, ${look}`, async (name, path, ready) => {
      const page = await open(stub.url + path, { context, complaints: /404/, now: NOON });
      await page.locator(ready).first().waitFor();
      // A panel over the lower half of a phone stands where the window ends.
      const fullPage = !(ready === '.panel' && look.startsWith('phone'));
      await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`), fullPage });
      expect(await overflow(page)).toBe(0);
    });
  }
});

/** Pixels that the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth');
}
