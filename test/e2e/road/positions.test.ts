/** Figure 20 in headless Chrome: waves by their formula, and distances of the encoder's outputs. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'the small black cat sees a big house';

type Rows = readonly (readonly number[])[];

interface Both {
  readonly inOrder: { readonly output: Rows; readonly translation: string };
  readonly shuffled: { readonly output: Rows; readonly translation: string };
}

interface Numbers {
  readonly base: number;
  readonly size: number;
  readonly length: number;
  readonly sinusoids: Rows;
  readonly products: Rows;
  readonly seed: number;
  readonly words: readonly string[];
  readonly order: readonly number[];
  readonly withPositions: Both;
  readonly without: Both;
  readonly distances: { readonly on: readonly number[]; readonly off: readonly number[] };
}

/** Distance of the vectors of each word, in the order of the sentence. */
function apart({ inOrder, shuffled }: Both, order: readonly number[]): number[] {
  return order.map((_, word) => {
    const a = inOrder.output[word]!;
    const b = shuffled.output[order.indexOf(word)]!;
    let sum = 0;
    for (const [i, x] of a.entries()) sum += (x - b[i]!) ** 2;
    return Math.sqrt(sum);
  });
}

describe.runIf(isFull)('positions', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  const numbers = (page: Page) => figureNumbers<Numbers>(page);
  const distances = (page: Page) =>
    page.$$eval('[data-distance]', (all) =>
      all.map((one) => Number((one as HTMLElement).dataset.distance)),
    );
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(20, { text: SENTENCE }));
    await figureReady(opened.page, 20);
  });

  /** Moves a slider. */
  const slide = (page: Page, which: number, value: number) =>
    page.$$eval(
      '.waves input[type="range"]',
      (all, i, to) => {
        const one = all[i] as HTMLInputElement;
        one.value = String(to);
        one.dispatchEvent(new Event('input', { bubbles: true }));
      },
      which,
      value,
    );

  /** Compares what is saved and drawn with the formula. */
  async function expectWaves(page: Page, base: number, size: number, length: number) {
    const { sinusoids, products, ...found } = await numbers(page);
    expect(Math.abs(found.base / base - 1)).toBeLessThan(1e-12);
    expect([found.size, found.length]).toEqual([size, length]);
    expect([sinusoids.length, products.length]).toEqual([length, length]);
    for (let p = 0; p < length; p++) {
      for (let i = 0; i < size / 2; i++) {
        const angle = p / base ** ((2 * i) / size);
        // Powers and angles of up to 64 are rounded once more or less.
        expect(Math.abs(sinusoids[p]![2 * i]! - Math.sin(angle))).toBeLessThan(1e-12);
        expect(Math.abs(sinusoids[p]![2 * i + 1]! - Math.cos(angle))).toBeLessThan(1e-12);
      }
      for (let q = 0; q < length; q++) {
        let sum = 0;
        for (let i = 0; i < size / 2; i++) sum += Math.cos((p - q) / base ** ((2 * i) / size));
        expect(Math.abs(products[p]![q]! - sum / (size / 2))).toBeLessThan(1e-12);
      }
    }
    const drawn = await page.$eval('[data-picture="waves"] canvas', (canvas) => [
      canvas.width,
      canvas.height,
      ...(canvas.getContext('2d')?.getImageData(0, 0, 2, 1).data ?? []),
    ]);
    expect(drawn.slice(0, 2)).toEqual([size, length]);
    // The first place: sine 0 is not coloured, cosine 1 fully.
    expect([drawn[5], drawn[9]]).toEqual([0, 255]);
  }

  it('are waves by their formula, whose dot products depend on the distance alone', async () => {
    const { page, errors } = shown();
    await expectWaves(page, 10000, 128, 32);
    await slide(page, 0, 1.5);
    await slide(page, 1, 48);
    await page.select('.waves select', '16');
    await expectWaves(page, 10 ** 1.5, 16, 48);
    expect(await page.evaluate(() => location.hash)).toMatch(/base=1.5&size=16&length=48/);
    expect(errors).toEqual([]);
  });

  it('tell the orders of the words apart, and nothing else does', async () => {
    const { page, errors } = shown();
    const { words, order, withPositions, without, distances: found } = await numbers(page);
    expect(words).toEqual(SENTENCE.split(' '));
    expect(order.toSorted((a, b) => a - b)).toEqual(words.map((_, i) => i));
    expect(order).not.toEqual(words.map((_, i) => i));
    const [on, off] = [apart(withPositions, order), apart(without, order)];
    for (const [i, distance] of on.entries()) {
      expect(Math.abs(distance - found.on[i]!)).toBeLessThan(1e-12);
      expect(Math.abs(off[i]! - found.off[i]!)).toBeLessThan(1e-12);
      // Nothing but the order of float32 sums is another.
      expect(off[i]).toBeLessThan(1e-4);
      expect(distance).toBeGreaterThan(0.5);
    }
    expect(await distances(page)).toEqual(found.on);
    await page.select('.shuffling select', 'off');
    expect(await distances(page)).toEqual(found.off);
    expect(without.shuffled.translation).toBe(without.inOrder.translation);
    expect(withPositions.shuffled.translation).not.toBe(withPositions.inOrder.translation);
    const texts = await page.$$eval('[data-translation]', (all) =>
      all.map((one) => one.textContent),
    );
    expect(texts).toEqual([without.inOrder.translation, without.shuffled.translation]);
    // The vectors without positions are others than those with them, and not nothing.
    const [a, b] = [withPositions.inOrder.output, without.inOrder.output];
    expect(Math.max(...a.flat().map((x, i) => Math.abs(x - b.flat()[i]!)))).toBeGreaterThan(0.5);
    expect(errors).toEqual([]);
  });

  it('make no difference to words that stay in order; another shuffle is another order', async () => {
    const { page, errors } = shown();
    const { order } = await numbers(page);
    const until = (seed: number) =>
      page.waitForFunction(
        (expected) =>
          document.querySelector<HTMLElement>('.shuffling')?.dataset.seed === String(expected),
        {},
        seed,
      );
    await page.click('[data-action="shuffle"]');
    await until(2);
    const again = await numbers(page);
    expect(again.seed).toBe(2);
    expect(again.order).not.toEqual(order);
    await page.click('[data-action="order"]');
    await until(0);
    const { distances: found, order: kept } = await numbers(page);
    expect(kept).toEqual(kept.map((_, i) => i));
    expect(found.on.every((distance) => distance === 0)).toBe(true);
    expect(errors).toEqual([]);
  });

  it('follow the sentence, unknown words included, and fit on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the zebra sleeps');
    await page.waitForFunction(() => document.querySelectorAll('[data-distance]').length === 3);
    await page.locator('#sentence').fill(' ');
    await page.waitForSelector('.figure [role="alert"]');
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
