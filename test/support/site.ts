/** A site and a browser for all tests of a file. */
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll } from 'vitest';
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
  /** False opens pages from an address that is not secure, where there is no WebGPU. */
  readonly isSecure?: boolean;
  /** A folder with the page of tests, in place of the demo. */
  readonly folder?: string;
}

/** An address of this machine that browsers do not trust, as they do localhost. */
const FOREIGN = '10.9.8.7';

/** Serves the demo, or a page of tests, and starts a browser. @returns opens a page on it */
export function useSite(options: SiteOptions = {}): {
  /** @param path what follows the address of the site */
  open(prepare?: (page: Page) => Promise<unknown>, path?: string): Promise<OpenPage>;
} {
  const { keepPages = false, isSecure = true, folder, ...browserOptions } = options;
  const flags = isSecure ? [] : [`--host-resolver-rules=MAP ${FOREIGN} localhost`];
  let site: Site | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    site = await (folder === undefined ? serveDemo() : servePage(folder));
    browser = await openBrowser({ ...browserOptions, flags });
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
    async open(prepare, path = '') {
      const page = await newPage(defined(browser, 'the browser'));
      const errors = collectErrors(page);
      await prepare?.(page);
      const { url } = defined(site, 'the site');
      await page.goto((isSecure ? url : url.replace('localhost', FOREIGN)) + path);
      return { page, errors };
    },
  };
}
