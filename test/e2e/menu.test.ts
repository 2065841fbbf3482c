/** The head of the page: its menu, and what it says of the GPU. */
import { expect, it } from 'vitest';
import { CORPORA } from '../../demo/engine/corpora';
import { addressShows } from '../support/figure';
import { useSite } from '../support/site';

const site = useSite();
const SENTENCE = 'Can you help me, please?';

it('leads back to a view as it was left, with the sentence as it is now', async () => {
  const asked = new URLSearchParams({ corpus: 'everyday', text: SENTENCE });
  const { page, errors } = await site.open(undefined, `#/?${asked}`);
  const { first } = CORPORA.everyday;
  await page.waitForSelector(`[data-model="${first}"]`);
  await page.click('.views a[href^="#/road"]');
  await page.waitForSelector('.road');
  expect(await page.$eval('#sentence', (bar) => (bar as HTMLInputElement).value)).toBe(SENTENCE);
  await page.locator('#sentence').fill('I am tired.');
  await page.click('.views a');
  await page.waitForSelector(`[data-model="${first}"]`);
  asked.set('text', 'I am tired.');
  await addressShows(page, `#/?${asked}`);
  expect(errors).toEqual([]);
});

it('says that the GPU is not needed where nothing is computed on it, and names it elsewhere', async () => {
  const { page, errors } = await site.open(undefined, '#/road/3');
  await page.waitForSelector('[data-ready="true"]');
  const shown = () => page.$eval('.gpu', (chip) => chip.textContent ?? '');
  expect(await shown()).toContain('No GPU needed');
  await page.evaluate(() => {
    location.hash = '#/train';
  });
  await page.waitForSelector('.gpu:not([data-adapter=""])');
  const adapter = await page.$eval('.gpu', (chip) => chip.getAttribute('data-adapter') ?? '');
  expect(await shown()).toContain(adapter);
  expect(await shown()).not.toContain('No GPU needed');
  expect(errors).toEqual([]);
});
