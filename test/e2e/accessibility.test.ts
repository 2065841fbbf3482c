/**
 * Every view and figure for everyone: no violation of axe's rules in either theme, all controls by keyboard,
 * room at 200% zoom, nothing that moves where a visitor asked for less of it.
 */
import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { FIGURES } from '../../demo/views/road/figures';
import { isFull } from '../support/sample';
import { useSite } from '../support/site';

const VIEWS = ['train', 'inside', 'kernels', ...FIGURES.map(({ number }) => `road/${number}`)];
const SAMPLE = ['train', 'road/16'];

async function violations(page: Page, theme: 'light' | 'dark'): Promise<readonly string[]> {
  await page.select('.top label:last-of-type select', theme);
  const found = await new AxePuppeteer(page).analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, target }) => `${theme}, ${id}: ${target.join(' ')} ${html}`),
  );
}

/** Controls that Tab does not reach, of those that can be seen. */
async function unreached(page: Page): Promise<readonly string[]> {
  const count = await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    const controls =
      'a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex="0"]';
    const all = [...document.querySelectorAll<HTMLElement>(controls)].filter(
      (one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0,
    );
    for (const one of all) one.dataset.tour = 'unreached';
    return all.length;
  });
  const step = () =>
    page.evaluate(() => {
      const active = document.activeElement as HTMLElement | null;
      if (active?.dataset.tour !== undefined) active.dataset.tour = 'reached';
    });
  for (let i = 0; i < count + 2; i++) {
    await page.keyboard.press('Tab');
    await step();
  }
  return page.$$eval('[data-tour="unreached"]', (all) => {
    // Of radio buttons of a name, Tab reaches one, and the arrows the others.
    const names = all.filter((one) => !(one instanceof HTMLInputElement && one.type === 'radio'));
    return names.map((one) => one.outerHTML.slice(0, 200));
  });
}

describe.each(isFull ? VIEWS : SAMPLE)('%s', (path) => {
  const site = useSite();

  it('is for everyone', async () => {
    const reduced = (page: Page) =>
      page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    const { page, errors } = await site.open(reduced, `#/${path}`);
    await page.waitForSelector('[data-ready="true"]');
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    expect(await violations(page, 'light')).toEqual([]);
    expect(await violations(page, 'dark')).toEqual([]);
    expect(await unreached(page)).toEqual([]);
    // A window of 1280 pixels has 640 at 200%.
    await page.setViewport({ width: 640, height: 450, deviceScaleFactor: 2 });
    const fits = () => document.documentElement.scrollWidth <= 640;
    await page.waitForFunction(fits, { timeout: 5000 }).catch(() => undefined);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(640);
    expect(errors).toEqual([]);
  });
});
