/** Uses the demo page by puppeteer as a user does: open, type, wait, read. */
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
    await page.goto(pageAddress(url, { model }));
    await page.waitForSelector(cardOf(model), { timeout: PATIENCE_MS });
    await typeSentence(page, sentence);
    return await answered(page, model, sentence, errors);
  } finally {
    await browser.close();
  }
}

/** The address of the landing view, with what defines it. */
export function pageAddress(url: string, query: Readonly<Record<string, string>>): string {
  return `${url}#/?${new URLSearchParams(query)}`;
}

/** Replaces the text in the text box. */
export async function typeSentence(page: Page, sentence: string): Promise<void> {
  await page.locator('#sentence').fill(sentence);
}

/** The card of a model. */
export const cardOf = (model: string) => `[data-model="${model}"]`;

/**
 * Waits for a model's own answer to a sentence.
 * @param errors errors of the page so far, for the message
 * @throws PageError if the page shows an error, or the time limit is exceeded
 */
export async function answered(
  page: Page,
  model: string,
  sentence: string,
  errors: readonly string[] = [],
): Promise<Translation> {
  const card = `${cardOf(model)}[data-origin="live"][data-source=${JSON.stringify(sentence)}]`;
  try {
    await page.waitForSelector(`${card}[data-state="done"], ${card}[data-state="failed"]`, {
      timeout: PATIENCE_MS,
    });
  } catch {
    throw new PageError(
      `the page has no answer of ${model} after ${PATIENCE_MS / 1000} s` +
        (errors.length > 0 ? `; it says: ${errors.join('; ')}` : ''),
    );
  }
  const translation = await page.evaluate(
    (name) => window.qkvPage?.answer(name)?.translation,
    model,
  );
  if (translation !== undefined) return translation;
  const lines = await page.$$eval(`${card} .failure > :not(button)`, (parts) =>
    parts.map((part) => part.textContent),
  );
  throw new PageError(lines.join(': '));
}
