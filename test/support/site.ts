/** The demo site and a browser for all tests of a file. */
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type BrowserOptions, collectErrors, newPage, openBrowser } from '../../tools/browser';
import { defined } from '../../tools/lib/defined';
import { serveDemo } from '../../tools/lib/pages';
import { type Site, serveSite } from '../../tools/lib/site';

export interface OpenPage {
  readonly page: Page;
  /** Uncaught errors, console errors and failed requests so far. */
  readonly errors: readonly string[];
}

/** A page of the site's origin without any script, for tests that bring their own. */
const PLAIN_PAGE = {
  path: '/plain.html',
  html: '<link rel="icon" href="data:," />',
} as const;

/** Answers requests for a page's files here, by path; the others go to the site. */
async function answerFiles(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const body = files[new URL(request.url()).pathname];
    const contentType = 'text/html';
    return body === undefined ? request.continue() : request.respond({ body, contentType });
  });
}

export interface SiteOptions extends BrowserOptions {
  /** Pages stay open until all tests are done; each is closed after its test otherwise. */
  readonly keepPages?: boolean;
  /** Whether tests load modules of theirs, from their sources, in place of the built demo. */
  readonly modules?: boolean;
}

/** Serves the demo and starts a browser. @returns opens a page on it */
export function useSite({ keepPages = false, modules = false, ...options }: SiteOptions = {}): {
  open(prepare?: (page: Page) => Promise<unknown>): Promise<OpenPage>;
  /** Opens `PLAIN_PAGE`. Its workers can load nothing, since the browser waits for answers to what they ask. */
  openPlain(): Promise<OpenPage>;
  /** Opens a file of the site that has no script: a model's description. */
  openFile(path: string): Promise<OpenPage>;
} {
  let site: Site | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    site = await (modules ? serveSite({ folder: 'demo', port: 0 }) : serveDemo(0));
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
  const open = async (prepare?: (page: Page) => Promise<unknown>, path = ''): Promise<OpenPage> => {
    const page = await newPage(defined(browser, 'the browser'));
    const errors = collectErrors(page);
    await prepare?.(page);
    await page.goto(new URL(path, defined(site, 'the site').url).href);
    return { page, errors };
  };
  const { path, html } = PLAIN_PAGE;
  return {
    open,
    openPlain: () => open((page) => answerFiles(page, { [path]: html }), path),
    openFile: (file) => open(undefined, file),
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
