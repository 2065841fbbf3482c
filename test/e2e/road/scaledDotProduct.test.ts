/** Figure 18 in headless Chrome: scores, weights, entropy and gradient are recomputed in float64. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import {
  addressShows,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

type Rows = readonly (readonly number[])[];

interface Numbers {
  readonly place: string;
  readonly isScaled: boolean;
  readonly isMasked: boolean;
  readonly temperature: number;
  readonly words: readonly string[];
  readonly q: Rows;
  readonly k: Rows;
  readonly products: Rows;
  readonly scores: readonly (readonly (number | null)[])[];
  readonly weights: Rows;
  readonly entropy: readonly number[];
  readonly gradient: readonly number[];
  readonly withOtherScale: {
    readonly entropy: readonly number[];
    readonly gradient: readonly number[];
  };
  readonly network: Rows;
}

/** float64 on both sides, of sums of 32 products below 100; only their order may differ. */
const EXACT = 1e-12;
/** Central differences with steps of 1e-5 of a function whose third derivatives are below 1. */
const DERIVED = 1e-9;

function softmax(row: readonly number[]): readonly number[] {
  let total = 0;
  for (const x of row) total += Math.exp(x);
  return row.map((x) => Math.exp(x) / total);
}

/** The norm of the derivatives of softmax, by differences. */
function gradientOf(row: readonly number[]): number {
  const step = 1e-5;
  let squares = 0;
  for (let j = 0; j < row.length; j++) {
    if (row[j] === -Infinity) continue;
    const moved = (by: number) => softmax(row.map((x, i) => (i === j ? x + by : x)));
    const [above, below] = [moved(step), moved(-step)];
    for (const [i, a] of above.entries()) squares += ((a - below[i]!) / (2 * step)) ** 2;
  }
  return Math.sqrt(squares);
}

function entropyOf(weights: readonly number[]): number {
  let sum = 0;
  for (const a of weights) if (a > 0) sum -= (a * Math.log(a)) / Math.LN2;
  return sum;
}

/** All that follows from q and k with these settings. */
function expected(numbers: Numbers, isScaled = numbers.isScaled) {
  const { q, k, temperature, isMasked } = numbers;
  const scores = q.map((query, i) =>
    k.map((key, j) => {
      if (isMasked && j > i) return -Infinity;
      let sum = 0;
      for (const [c, x] of query.entries()) sum += x * key[c]!;
      return sum / temperature / (isScaled ? Math.sqrt(query.length) : 1);
    }),
  );
  const weights = scores.map(softmax);
  return {
    scores,
    weights,
    entropy: weights.map(entropyOf),
    gradient: scores.map(gradientOf),
  };
}

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number) {
  expect(found.length).toBe(wanted.length);
  for (const [i, x] of wanted.entries()) {
    expect(Math.abs(found[i]! - x), `${i}: ${found[i]} and ${x}`).toBeLessThan(tolerance);
  }
}

/** Checks the saved numbers, and the numbers that are drawn. */
async function check(page: Page): Promise<Numbers> {
  const numbers = await figureNumbers<Numbers>(page);
  const wanted = expected(numbers);
  const other = expected(numbers, !numbers.isScaled);
  for (const [i, row] of wanted.scores.entries()) {
    for (const [j, score] of row.entries()) {
      const found = numbers.scores[i]![j];
      if (score === -Infinity) expect(found).toBeNull();
      else expect(Math.abs(found! - score)).toBeLessThan(EXACT * Math.max(1, Math.abs(score)));
    }
    expectClose(numbers.weights[i]!, wanted.weights[i]!, EXACT);
  }
  const drawn = (name: string) =>
    page.$$eval(`[data-measure="${name}"]`, (cells) =>
      cells.map((one) => Number((one as HTMLElement).dataset.value)),
    );
  for (const entropy of [numbers.entropy, await drawn('entropy')]) {
    expectClose(entropy, wanted.entropy, EXACT);
  }
  for (const gradient of [numbers.gradient, await drawn('gradient')]) {
    expectClose(gradient, wanted.gradient, DERIVED);
  }
  expectClose(numbers.withOtherScale.entropy, other.entropy, EXACT);
  expectClose(numbers.withOtherScale.gradient, other.gradient, DERIVED);
  return numbers;
}

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe.runIf(isFull)('scaled dot-product attention', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(18, { head: 'x', t: '-3', place: '99' }));
    await figureReady(opened.page, 18);
  });

  const differences = (page: Page) =>
    page.$$eval('[data-difference]', (all) =>
      all.map((one) => Number((one as HTMLElement).dataset.difference)),
    );

  it('begins as the network computes it, and shows what the scale is for', async () => {
    const { page, errors } = shown();
    const numbers = await check(page);
    expect(numbers.isScaled).toBe(true);
    expect(numbers.isMasked).toBe(false);
    expect(numbers.temperature).toBe(1);
    expect(numbers.q[0]).toHaveLength(32);
    // The network's weights, of float32 products and exponentials.
    for (const [i, row] of numbers.weights.entries()) expectClose(numbers.network[i]!, row, 1e-5);
    expect(await differences(page)).toEqual([expect.closeTo(0, 5)]);
    const { withOtherScale } = numbers;
    expect(meanOf(withOtherScale.entropy)).toBeLessThan(meanOf(numbers.entropy) / 2);
    expect(meanOf(withOtherScale.gradient)).toBeLessThan(meanOf(numbers.gradient));
    expect(errors).toEqual([]);
  });

  it('follows the scale, the mask and the temperature', async () => {
    const { page, errors } = shown();
    const before = await figureNumbers<Numbers>(page);
    await page.click('input[name="scaled"]');
    const unscaled = await check(page);
    expect(unscaled.isScaled).toBe(false);
    expectClose(unscaled.entropy, before.withOtherScale.entropy, EXACT);
    expect(await differences(page)).toEqual([]);
    await page.click('input[name="masked"]');
    const masked = await check(page);
    for (const [i, row] of masked.weights.entries()) {
      for (const weight of row.slice(i + 1)) expect(weight).toBe(0);
    }
    expect(masked.entropy[0]).toBe(0);
    await page.focus('.slider input');
    await page.keyboard.press('End');
    const hot = await check(page);
    expect(hot.temperature).toBe(5);
    expect(meanOf(hot.entropy)).toBeGreaterThan(meanOf(masked.entropy));
    await addressShows(page, 'scaled=0');
    await addressShows(page, 'mask=1');
    await addressShows(page, 't=5');
    expect(errors).toEqual([]);
  });

  it('has the mask of the network in the decoder, and numbers as a table', async () => {
    const { page, errors } = shown();
    await page.click('input[name="scaled"]');
    await page.focus('.slider input');
    await page.keyboard.press('Home');
    for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowRight');
    await page.select('.controls label:nth-of-type(1) select', '3');
    const numbers = await check(page);
    expect(numbers.place).toBe('transformer.decoder.layers.1.self_attn');
    expect(numbers.temperature).toBe(1);
    expect(numbers.isMasked).toBe(true);
    expect(numbers.words[0]).toBe('▸');
    expect(await differences(page)).toEqual([expect.closeTo(0, 5)]);
    await page.click('[data-panel="weights"] summary');
    await page.waitForSelector('[data-panel="weights"] tbody tr');
    const table = await page.$$eval('[data-panel="weights"] tbody tr', (rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
    );
    expect(table).toEqual(numbers.weights.map((row) => row.map((weight) => weight.toFixed(3))));
    expect(errors).toEqual([]);
  });

  it('follows the sentence, says when there is none, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('she sleeps xyz');
    const rows = 'document.querySelectorAll(".row-measures tbody tr").length';
    await page.waitForFunction(`${rows} > 1 && ${rows} < 9`);
    await check(page);
    expect(await phoneWidth(page)).toBe(390);
    await page.locator('#sentence').fill(' ');
    await page.waitForSelector('.figure [role="alert"]');
    await page.locator('#sentence').fill('she sleeps');
    await page.waitForFunction(() => document.querySelector('.figure [role="alert"]') === null);
    expect(errors).toEqual([]);
  });
});
