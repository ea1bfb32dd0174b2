// One Chromium for a file of tests, and a fresh page in it for each test; whatever the browser
// complains about fails the test.
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';

export interface PageOptions {
  readonly context?: BrowserContextOptions;
  /** What the browser may complain of, because the test makes it happen. */
  readonly complaints?: RegExp;
  /** What the page's clock shows, in epoch milliseconds. */
  readonly now?: number;
}

export type OpenPage = (url: string, options?: PageOptions) => Promise<Page>;

/** `CHROMIUM` names another executable than Debian's. */
export function useBrowser(): OpenPage {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
  });

  afterAll(() => browser.close());

  return async (url, { context: options = {}, complaints, now } = {}) => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(String(error)));
    onTestFinished(async () => {
      await context.close();
      expect(said.filter((text) => complaints?.test(text) !== true)).toEqual([]);
    });
    // Time goes on for timers; what is shown of it is that of the made-up calls.
    if (now !== undefined) await page.clock.setFixedTime(now);
    await page.goto(url);
    return page;
  };
}
