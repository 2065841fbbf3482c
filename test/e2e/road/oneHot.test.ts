/** Figure 3 in headless Chrome: products, distances and bags are recomputed by plain loops. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import {
  addressShows,
  clearSentence,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

interface Numbers {
  readonly words: readonly string[];
  readonly vocabulary: readonly string[];
  readonly products: readonly (readonly number[])[];
  readonly pair: {
    readonly words: readonly string[];
    readonly vectors: readonly (readonly number[])[];
    readonly product: number;
    readonly distance: number;
  };
  readonly order: readonly string[];
  readonly rows: { readonly shuffled: readonly (readonly number[])[] };
  readonly bags: { readonly typed: readonly number[]; readonly shuffled: readonly number[] };
}

describe.runIf(isFull)('one-hot vectors', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(3));
    await figureReady(opened.page, 3);
  });
  const numbers = (page: Page) => figureNumbers<Numbers>(page);

  const drawnPair = (page: Page) =>
    page.$eval('[data-distance]', (one) => {
      const { product, distance } = (one as HTMLElement).dataset;
      return [Number(product), Number(distance)];
    });

  /** The cells of the canvas of products that are coloured, as [row, column]. */
  const drawnProducts = (page: Page) =>
    page.$eval('[data-part="products"] canvas', (element) => {
      const canvas = element as HTMLCanvasElement;
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      return Array.from({ length: height }, (_, r) =>
        Array.from({ length: width }, (_, c) => (data[4 * (r * width + c) + 3]! > 0 ? 1 : 0)),
      );
    });

  it('have the products of an identity matrix, as it is drawn', async () => {
    const { page, errors } = shown();
    const { words, vocabulary, products } = await numbers(page);
    expect(words.length).toBe(14);
    expect(vocabulary).toEqual([...new Set(words)]);
    const identity = vocabulary.map((a) => vocabulary.map((b) => (a === b ? 1 : 0)));
    expect(products).toEqual(identity);
    expect(await drawnProducts(page)).toEqual(identity);
    expect(errors).toEqual([]);
  });

  it('are at a right angle, whatever pair is picked, and √2 apart', async () => {
    const { page } = shown();
    const before = await numbers(page);
    expect(before.pair.words).toEqual(['girls', 'girl']);
    const chips = (list: number) => `[data-part="pair"] .chips:nth-of-type(${list}) button`;
    for (const index of [1, 4, 8]) {
      await page.click(`${chips(1)}:nth-of-type(${index})`);
      const { pair, vocabulary } = await numbers(page);
      expect(pair.words[0]).toBe(vocabulary[index - 1]);
      let [product, squares] = [0, 0];
      for (const [i, x] of pair.vectors[0]!.entries()) {
        product += x * pair.vectors[1]![i]!;
        squares += (x - pair.vectors[1]![i]!) ** 2;
      }
      expect([product, squares]).toEqual([0, 2]);
      expect([pair.product, pair.distance]).toEqual([0, Math.sqrt(2)]);
      expect(await drawnPair(page)).toEqual([0, Math.sqrt(2)]);
    }
    await page.click(`${chips(2)}:nth-of-type(8)`);
    expect(await drawnPair(page)).toEqual([1, 0]);
    await addressShows(page, 'b=7');
  });

  it('lose the order in a bag, which no shuffle changes', async () => {
    const { page } = shown();
    const orders = new Set<string>();
    for (let i = 0; i < 4; i++) {
      await page.click('[data-do="shuffle"]');
      const { words, vocabulary, order, rows, bags } = await numbers(page);
      orders.add(order.join(' '));
      expect(order.toSorted()).toEqual(words.toSorted());
      expect(rows.shuffled.map((row) => vocabulary[row.indexOf(1)])).toEqual(order);
      const counts = vocabulary.map((word) => words.filter((other) => other === word).length);
      expect(bags).toEqual({ typed: counts, shuffled: counts });
      const drawn = await page.$$eval('[data-bag]', (lines) =>
        lines.map((line) =>
          [...line.querySelectorAll('td')].map((cell) => Number(cell.textContent)),
        ),
      );
      expect(drawn).toEqual([counts, counts, counts.map(() => 0)]);
    }
    expect(orders.size).toBe(4);
    await page.click('[data-do="typed"]');
    const { words, order } = await numbers(page);
    expect(order).toEqual(words);
  });

  it('follow the sentence, do without one, and fit on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the zebra <img onerror> bites');
    await page.waitForFunction(() => document.querySelectorAll('[data-bag="0"] td').length === 5);
    expect((await numbers(page)).words).toEqual(['the', 'zebra', 'img', 'onerror', 'bites']);
    await clearSentence(page);
    await page.waitForFunction(() => document.querySelectorAll('[data-bag="0"] td').length === 13);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
