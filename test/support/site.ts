/** A site and a browser for all tests of a file. */
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type BrowserOptions, collectErrors, newPage, openBrowser } from '../../tools/browser';
import { defined } from '../../tools/lib/defined';
import { type Site, serveDemo, servePage } from '../../tools/lib/pages';

export interface OpenPage {
  readonly page: Page;
  /** Uncaught errors, console errors and failed requests so far. */
  readonly errors: readonly string[];
}

export interface SiteOptions extends BrowserOptions {
  /** Pages stay open until all tests are done; each is closed after its test otherwise. */
  readonly keepPages?: boolean;
  /** A folder with the page of tests, in place of the demo. */
  readonly folder?: string;
}

/** Serves the demo, or a page of tests, and starts a browser. @returns opens a page on it */
export function useSite({ keepPages = false, folder, ...options }: SiteOptions = {}): {
  open(prepare?: (page: Page) => Promise<unknown>): Promise<OpenPage>;
} {
  let site: Site | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    site = await (folder === undefined ? serveDemo() : servePage(folder));
    browser = await openBrowser(options);
  });
  afterEach(async () => {
    if (keepPages) return;
    const [, ...pages] = (await browser?.pages()) ?? [];
    await Promise.all(pages.map((page) => page.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return {
    async open(prepare) {
      const page = await newPage(defined(browser, 'the browser'));
      const errors = collectErrors(page);
      await prepare?.(page);
      await page.goto(defined(site, 'the site').url);
      return { page, errors };
    },
  };
}

/** What an element shows; '' when it is hidden. */
export function shownText(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => (element.checkVisibility() ? element.textContent : ''));
}

/** The page shows this error, and can go on. */
export async function expectMessage(page: Page, ...parts: readonly string[]): Promise<void> {
  await page.waitForSelector('#app[data-state="error"]');
  const text = await shownText(page, '#message');
  for (const part of parts) expect(text).toContain(part);
}
