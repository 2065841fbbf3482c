/** Uses the demo page by puppeteer as a user does: open, wait, type, press Enter, read. */
import type { Page } from 'puppeteer';
import type { Translation } from 'qkv';
import { QkvError } from 'qkv';
import { collectErrors, newPage, openBrowser } from '../browser';

/** The page showed an error or made no progress. */
class PageError extends QkvError {
  constructor(message: string) {
    super('page', message);
  }
}

export interface PageOptions {
  /** Folder of the model in demo/public/models. */
  readonly model: string;
  /** Whether to show the browser. */
  readonly headed?: boolean;
}

/** Time limit, for compiling all pipelines on a busy software adapter. */
const PATIENCE_MS = 240_000;

/**
 * Opens the page and translates a sentence.
 * @param url of the demo site, ending in a slash
 * @throws PageError with the page's message if it fails
 */
export async function translateInPage(
  url: string,
  sentence: string,
  { model, headed = false }: PageOptions,
): Promise<Translation> {
  const browser = await openBrowser({ headed });
  try {
    const page = await newPage(browser);
    const errors = collectErrors(page);
    await page.goto(`${url}?model=${encodeURIComponent(model)}`);
    await settled(page, ['ready'], errors);
    await typeSentence(page, sentence);
    await settled(page, ['done'], errors);
    return await readTranslation(page);
  } finally {
    await browser.close();
  }
}

/** Replaces the text in the text box and presses Enter. */
export async function typeSentence(page: Page, sentence: string): Promise<void> {
  await page.locator('#source').fill(sentence);
  await page.focus('#source');
  await page.keyboard.press('Enter');
}

/** The result that the page shows. */
export async function readTranslation(page: Page): Promise<Translation> {
  const text = await page.$eval('#result', (result) => result.getAttribute('data-translation'));
  if (text === null) throw new PageError('the page shows no translation');
  return JSON.parse(text);
}

/**
 * Waits until the page is in one of the states.
 * @param errors errors of the page so far, for the message
 * @throws PageError if the page shows an error, or the time limit is exceeded
 */
export async function settled(
  page: Page,
  states: readonly string[],
  errors: readonly string[] = [],
): Promise<void> {
  const wanted = [...states, 'error'].map((state) => `#app[data-state="${state}"]`).join();
  try {
    await page.waitForSelector(wanted, { timeout: PATIENCE_MS });
  } catch {
    throw new PageError(
      `the page is not ${states.join(' or ')} after ${PATIENCE_MS / 1000} s` +
        (errors.length > 0 ? `; it says: ${errors.join('; ')}` : ''),
    );
  }
  const state = await page.$eval('#app', (app) => app.getAttribute('data-state') ?? '');
  if (states.includes(state)) return;
  const lines = await page.$$eval('#message > *', (parts) => parts.map((part) => part.textContent));
  throw new PageError(lines.join(': '));
}
