// What everybody must be able to read: names of controls, contrast in both themes, the width of a
// phone; and that nothing that comes from calls is ever markup.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { FOLLOWERS, SLOW_BOOT } from './stub/boot-story.ts';
import { EVERYDAY } from './stub/everyday.ts';
import { type GatewayStub, openGatewayStub } from './stub/gateway-stub.ts';
import { call, hexId, IMAGE, NOON, span, trace } from './stub/spans.ts';

const AUDIT = readFileSync(join(import.meta.dirname, 'audit.js'), 'utf8');
const MARKUP = '<img src=x onerror=alert(1)><b>bold</b>';

const HOSTILE = trace('hostile', [
  span(NOON, {
    id: 'hostile',
    name: `GET ${MARKUP}`,
    kind: 'server',
    at: 0,
    took: 5,
    error: MARKUP,
    attributes: call('GET', MARKUP, {
      'glance_edge.image.id': MARKUP,
      'user_agent.original': MARKUP,
    }),
    events: [{ name: MARKUP, at: 1, attributes: { [MARKUP]: MARKUP } }],
  }),
]);

const VIEWS: readonly (readonly [path: string, ready: string])[] = [
  ['/#/?live=1', 'table.traces'],
  [`/#/trace/${SLOW_BOOT.traceId}?span=${hexId('fill', 16)}`, '.panel'],
  [`/#/trace/${HOSTILE.traceId}?span=${hexId('hostile', 16)}`, '.panel'],
  [`/#/image/${IMAGE}`, '.sentence'],
  ['/#/overview', 'figure.plot canvas'],
  ['/#/nowhere', '.empty'],
];

const open = useBrowser();
let stub: GatewayStub;

beforeAll(async () => {
  stub = await openGatewayStub([...EVERYDAY, HOSTILE, ...FOLLOWERS.toReversed(), SLOW_BOOT]);
  return () => stub.goAway();
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each(VIEWS)('%s: every text has contrast, every control a name', async (path, ready) => {
    const page = await open(stub.url + path, { context: { colorScheme } });
    await page.locator(ready).first().waitFor();
    expect(await page.evaluate(AUDIT)).toEqual([]);
    expect(await namelessControls(page)).toEqual([]);
  });
});

test.each(VIEWS)('%s fits the width of a phone', async (path, ready) => {
  const page = await open(stub.url + path, { context: { viewport: { width: 390, height: 844 } } });
  await page.locator(ready).first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
});

test('the theme follows the system until one is chosen, which is kept', async () => {
  const page = await open(stub.url, { context: { colorScheme: 'dark' } });
  const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  const dark = await ground();
  const button = page.getByRole('button', { name: /^Theme/ });
  expect(await button.textContent()).toBe('Auto');
  await button.click();
  expect(await button.textContent()).toBe('Light');
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  await button.waitFor();
  expect(await ground()).toBe(light);
  await button.click();
  expect(await ground()).toBe(dark);
});

test.each([
  ['light', '184,96,0'],
  ['dark', '242,162,60'],
] as const)('plots have the colours of the %s theme', async (colorScheme, origin) => {
  const page = await open(`${stub.url}/#/overview`, { context: { colorScheme } });
  await expect.poll(() => page.evaluate(PLOT_COLOURS)).toContain(origin);
});

test('text out of calls is shown as text', async () => {
  const page = await open(`${stub.url}/#/trace/${HOSTILE.traceId}?span=${hexId('hostile', 16)}`);
  await page.locator('.panel').waitFor();
  expect(await page.locator('main img, main b:text-is("bold")').count()).toBe(0);
  expect(await page.locator('.panel').textContent()).toContain(MARKUP);
  await page.goto(`${stub.url}/#/?region=RegionOne`);
  await page.locator('table.traces').waitFor();
  expect(await page.locator('main img').count()).toBe(0);
});

/** The opaque colours of the plots, each once; runs in the browser. */
const PLOT_COLOURS = `[...document.querySelectorAll('figure.plot canvas')].flatMap((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255) colours.add(data.slice(at, at + 3).join());
  }
  return [...colours];
})`;

/** Controls that the accessibility tree has no name for. */
async function namelessControls(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes
    .filter(({ ignored, role }) => !ignored && CONTROLS.has(String(role?.value)))
    .filter(({ name }) => String(name?.value ?? '').trim() === '')
    .map(({ role, nodeId }) => `${role?.value} ${nodeId}`);
}

const CONTROLS: ReadonlySet<string> = new Set([
  'button',
  'link',
  'textbox',
  'searchbox',
  'combobox',
  'ComboBoxSelect',
  'progressbar',
  'ProgressIndicator',
  'image',
  'img',
  'treegrid',
  'table',
  'dialog',
]);
