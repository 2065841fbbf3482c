/** The demo page as a person uses it, by puppeteer: open, wait, type, press Enter, read. */
import type { Page } from 'puppeteer';
import type { Translation } from 'qkv';
import { QkvError } from 'qkv';
import { collectErrors, openBrowser } from '../browser';

/** The page showed an error or did not get anywhere. */
class PageError extends QkvError {
  constructor(message: string) {
    super('page', message);
  }
}

export interface PageOptions {
  /** Folder of the model in demo/public/models. */
  readonly model: string;
  /** Show the browser. */
  readonly headed?: boolean;
}

/** Compiling every pipeline on a busy software adapter takes a while. */
const PATIENCE_MS = 240_000;

/**
 * Opens the page, and translates a sentence there.
 * @param url of the demo site, ending in a slash
 * @throws PageError with what the page says when it fails
 */
export async function translateInPage(
  url: string,
  sentence: string,
  { model, headed = false }: PageOptions,
): Promise<Translation> {
  const browser = await openBrowser({ headed });
  try {
    const page = await browser.newPage();
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

/** Replaces what is in the text box and presses Enter. */
export async function typeSentence(page: Page, sentence: string): Promise<void> {
  await page.locator('#source').fill(sentence);
  await page.focus('#source');
  await page.keyboard.press('Enter');
}

/** What the page shows as its result. */
export async function readTranslation(page: Page): Promise<Translation> {
  const text = await page.$eval('#result', (result) => result.getAttribute('data-translation'));
  if (text === null) throw new PageError('the page shows no translation');
  return JSON.parse(text);
}

/**
 * Waits until the page is in one of the states.
 * @param errors what went wrong in the page meanwhile, for the message
 * @throws PageError when the page shows an error, or shows nothing in time
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
