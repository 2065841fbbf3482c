/** Figure 16 in headless Chrome: what it shows is recomputed in float64. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import {
  addressShows,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
  savedText,
} from '../../support/figure';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'the small black cat sees a big house';

describe('queries, keys and values', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    const address = figureAddress(16, { text: SENTENCE, word: '3', step: '0' });
    opened = await site.open(undefined, address);
    await figureReady(opened.page, 16);
  });

  interface Numbers {
    readonly query: string;
    readonly words: readonly string[];
    readonly q: readonly number[];
    readonly k: readonly (readonly number[])[];
    readonly v: readonly (readonly number[])[];
    readonly weights: readonly number[];
    readonly context: readonly number[];
  }
  const numbers = (page: Page) => figureNumbers<Numbers>(page);

  const shownWeights = (page: Page) =>
    page.$$eval('.steps td[data-weight]', (cells) =>
      cells.map((one) => Number(one.dataset.weight)),
    );

  /** Softmax of the scaled products, by its formula. */
  function weightsOf(q: readonly number[], k: readonly (readonly number[])[], visible: number) {
    const scores = k.map((key) => {
      let sum = 0;
      for (const [i, x] of key.entries()) sum += x * q[i]!;
      return sum / Math.sqrt(q.length);
    });
    const powers = scores.map((score, j) => (j < visible ? Math.exp(score) : 0));
    const total = powers.reduce((sum, one) => sum + one, 0);
    return powers.map((power) => power / total);
  }

  it('are shown step by step', async () => {
    const { page, errors } = shown();
    const columns = () => page.$$eval('.steps thead th', (heads) => heads.length);
    for (let step = 1; step <= 6; step++) {
      expect(await columns()).toBe(step);
      if (step < 6) await page.click('.stepper button:last-of-type');
    }
    await addressShows(page, 'step=5');
    expect(errors).toEqual([]);
  });

  it('give the weights and the context that follow from them', async () => {
    const { page } = shown();
    const { query, words, q, k, v, weights, context } = await numbers(page);
    expect(query).toBe('cat');
    expect(words).toEqual([...SENTENCE.split(' '), '■']);
    const expected = weightsOf(q, k, k.length);
    const drawn = await shownWeights(page);
    for (const [j, weight] of expected.entries()) {
      expect(Math.abs(weight - weights[j]!)).toBeLessThan(1e-12);
      expect(Math.abs(weight - drawn[j]!)).toBeLessThan(1e-12);
    }
    for (const [i, c] of context.entries()) {
      const sum = v.reduce((total, value, j) => total + expected[j]! * value[i]!, 0);
      expect(Math.abs(sum - c)).toBeLessThan(1e-12);
    }
    // The model's own weights, of float32 products and exponentials.
    const difference = await page.$eval('[data-difference]', (one) =>
      Number((one as HTMLElement).dataset.difference),
    );
    expect(difference).toBeLessThan(1e-5);
  });

  it('change with the word, the head and the place; in the decoder no later word is seen', async () => {
    const { page, errors } = shown();
    const before = await shownWeights(page);
    await page.click('.chips button:nth-of-type(2)');
    const other = await shownWeights(page);
    expect(other).not.toEqual(before);
    await page.select('.controls label:nth-of-type(2) select', '1');
    expect(await shownWeights(page)).not.toEqual(other);
    await page.select('.controls label:nth-of-type(1) select', '2');
    const { words, q, k } = await numbers(page);
    expect(words.slice(0, 3)).toEqual(['▸', 'le', 'petit']);
    const weights = await shownWeights(page);
    expect(weights.slice(2).every((weight) => weight === 0)).toBe(true);
    const expected = weightsOf(q, k, 2);
    for (const [j, weight] of weights.entries()) {
      expect(Math.abs(weight - expected[j]!)).toBeLessThan(1e-12);
    }
    expect(errors).toEqual([]);
  });

  it('can be saved as a picture', async () => {
    const text = await savedText(shown().page, 'picture');
    const width = await shown().page.evaluate(async (svg) => {
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
      await image.decode();
      return image.naturalWidth;
    }, text);
    const cells = text.match(/<td[ >]/gu)?.length;
    expect(width).toBeGreaterThan(300);
    expect(cells).toBeGreaterThan(20);
  });

  it('follow the sentence, and fit on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('she sleeps');
    await page.waitForFunction(() => document.querySelectorAll('.steps tbody tr').length < 6);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
