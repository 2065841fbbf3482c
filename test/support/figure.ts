/** Reads a figure of the road as its visitors do: what it saves, and what it shows. */
import type { Page } from 'puppeteer';

/** The address of a figure, with what defines it. */
export function figureAddress(
  number: number,
  query: Readonly<Record<string, string>> = {},
): string {
  return `#/road/${number}?${new URLSearchParams(query)}`;
}

/** Waits until a figure shows its numbers. */
export function figureReady(page: Page, number: number) {
  return page.waitForSelector(`[data-figure="${number}"][data-ready="true"]`);
}

/** The text of a file that a figure saves. */
export function savedText(page: Page, what: 'numbers' | 'picture'): Promise<string> {
  return page.evaluate(
    (button) =>
      new Promise<string>((resolve) => {
        const create = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
          URL.createObjectURL = create;
          void (blob as Blob).text().then(resolve);
          return create.call(URL, blob);
        };
        const click = HTMLAnchorElement.prototype.click;
        HTMLAnchorElement.prototype.click = () => {
          HTMLAnchorElement.prototype.click = click;
        };
        document.querySelector<HTMLButtonElement>(button)?.click();
      }),
    `.figure [data-save="${what}"]`,
  );
}

/** The numbers that a figure saves. */
export async function figureNumbers<T>(page: Page): Promise<T> {
  return JSON.parse(await savedText(page, 'numbers')) as T;
}

/** Empties the sentence: puppeteer's `fill('')` tells the page nothing of it. */
export function clearSentence(page: Page): Promise<void> {
  return page.$eval('#sentence', (box) => {
    if (!(box instanceof HTMLInputElement)) return;
    box.value = '';
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  });
}

/**
 * Shows the page on a phone. Parts that measure themselves are laid out again some frames later.
 * @returns the width of all of it in pixels, more than 390 where something overflows
 */
export async function phoneWidth(page: Page): Promise<number> {
  await page.setViewport({ width: 390, height: 844 });
  const fits = () => document.documentElement.scrollWidth <= 390;
  await page.waitForFunction(fits, { timeout: 5000 }).catch(() => undefined);
  return page.evaluate(() => document.documentElement.scrollWidth);
}

/** Waits until the address has a text, or lacks it: it is written after what is in view. */
export async function addressShows(page: Page, text: string, isThere = true): Promise<void> {
  await page.waitForFunction(
    (part, expected) => location.href.includes(part) === expected,
    { timeout: 5000 },
    text,
    isThere,
  );
}
