/** Figure 4 in headless Chrome: lookups, cosines and neighbours are recomputed in float64. */
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

interface Near {
  readonly word: string;
  readonly cosine: number;
}

interface Numbers {
  readonly size: number;
  readonly isFrozen: boolean;
  readonly step: number;
  readonly words: readonly string[];
  readonly table: readonly (readonly number[])[];
  readonly word: string;
  readonly index: number;
  readonly product: readonly number[];
  readonly cosines: { readonly words: readonly string[]; readonly values: readonly number[][] };
  readonly neighbours: readonly {
    readonly step: number;
    readonly loss: number;
    readonly near: readonly Near[];
  }[];
}

describe.runIf(isFull)('an embedding', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(4));
    await figureReady(opened.page, 4);
  });
  const numbers = (page: Page) => figureNumbers<Numbers>(page);

  function cosine(a: readonly number[], b: readonly number[]) {
    let [product, first, second] = [0, 0, 0];
    for (const [i, x] of a.entries()) {
      product += x * b[i]!;
      first += x * x;
      second += b[i]! * b[i]!;
    }
    return product / Math.sqrt(first * second);
  }

  /** The mean cosine within the four kinds of words, less that between them. */
  function contrast({ values }: Numbers['cosines']) {
    const means = [true, false].map((isWithin) => {
      const chosen = values.flatMap((row, i) =>
        row.filter((_, j) => i !== j && (i >> 2 === j >> 2) === isWithin),
      );
      return chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
    });
    return means[0]! - means[1]!;
  }

  it('is the product of a one-hot vector with the table: the row of the word', async () => {
    const { page, errors } = shown();
    const { word, index, words, table, product, size, step } = await numbers(page);
    expect([word, size, step]).toEqual(['girls', 16, 400]);
    expect(words[index]).toBe('girls');
    const expected = Array.from({ length: size }, (_, i) => {
      let sum = 0;
      for (const [row, values] of table.entries()) sum += (row === index ? 1 : 0) * values[i]!;
      return sum;
    });
    expect(product).toEqual(expected);
    const drawn = await page.$eval(
      '[data-product]',
      (cell) => (cell as HTMLElement).dataset.product,
    );
    expect(drawn?.split(' ').map(Number)).toEqual(expected);
    const ones = await page.$$eval('[data-one]', (cells) =>
      cells.map((cell) => Number(cell.textContent)),
    );
    expect(ones.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(errors).toEqual([]);
  });

  it('has cosines, and neighbours every 50 steps, that its rows give', async () => {
    const { page } = shown();
    const found = await numbers(page);
    const rowOf = (word: string) => found.table[found.words.indexOf(word)]!;
    for (const [i, a] of found.cosines.words.entries()) {
      for (const [j, b] of found.cosines.words.entries()) {
        expect(Math.abs(found.cosines.values[i]![j]! - cosine(rowOf(a), rowOf(b)))).toBeLessThan(
          1e-12,
        );
      }
    }
    // Words of a kind are used alike: trained rows say so, which random ones would not.
    expect(contrast(found.cosines)).toBeGreaterThan(0.2);
    expect(found.neighbours.map(({ step }) => step)).toEqual([
      0, 50, 100, 150, 200, 250, 300, 350, 400,
    ]);
    const near = found.words
      .filter((word) => word !== found.word)
      .map((word) => ({ word, cosine: cosine(rowOf(found.word), rowOf(word)) }))
      .sort((a, b) => b.cosine - a.cosine);
    for (const [i, { word, cosine: value }] of found.neighbours.at(-1)!.near.entries()) {
      expect(word).toBe(near[i]!.word);
      expect(Math.abs(value - near[i]!.cosine)).toBeLessThan(1e-12);
    }
    const shownWords = await page.$$eval('[data-look="400"] [data-near]', (items) =>
      items.map((item) => (item as HTMLElement).dataset.near),
    );
    expect(shownWords).toEqual(near.slice(0, 5).map(({ word }) => word));
  });

  it('moves while it is trained, and not while it is frozen', async () => {
    const { page } = shown();
    const before = await numbers(page);
    await page.click('[data-do="step"]');
    await page.waitForSelector('[data-step="450"][data-state="paused"]');
    const trained = await numbers(page);
    expect(trained.table).not.toEqual(before.table);
    expect(trained.neighbours.slice(0, -1)).toEqual(before.neighbours);
    await page.select('.controls label:nth-of-type(2) select', 'frozen');
    // The training step is compiled anew; the locator waits until the button can be used again.
    await page.locator('[data-do="step"]').click();
    await page.waitForSelector('[data-step="500"][data-state="paused"]');
    const frozen = await numbers(page);
    expect(frozen.isFrozen).toBe(true);
    expect(frozen.table).toEqual(trained.table);
    await addressShows(page, 'table=frozen');
  });

  it('stays random when it is frozen from the start, with rows of another size', async () => {
    const { page, errors } = shown();
    await page.select('.controls label:nth-of-type(1) select', '32');
    await page.waitForSelector('[data-state="running"]');
    await page.waitForSelector('[data-step="400"][data-state="paused"]');
    // The address and the choice of the table stay, and rows have the new size.
    const { size, isFrozen, cosines, neighbours } = await numbers(page);
    expect([size, isFrozen]).toEqual([32, true]);
    expect(Math.abs(contrast(cosines))).toBeLessThan(0.15);
    expect(neighbours.at(-1)!.near).toEqual(neighbours[0]!.near);
    expect(errors).toEqual([]);
  });

  it('takes the words of the sentence, names those it lacks, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the zebra sleeps');
    await page.waitForFunction(() => document.querySelectorAll('.lookup [data-one]').length === 2);
    expect(await page.$eval('.word-vectors', (one) => one.textContent)).toContain('zebra.');
    await clearSentence(page);
    await page.waitForFunction(() => document.querySelectorAll('.lookup [data-one]').length === 1);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
