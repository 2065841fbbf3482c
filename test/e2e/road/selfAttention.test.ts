/** Figure 17 in headless Chrome: the shapes of three kinds of attention, and weights recomputed. */
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

const SENTENCE = 'the small black cat sees a big house';
const ENGLISH = [...SENTENCE.split(' '), '■'];
const FRENCH = ['▸', ...'le petit chat noir voit une grande maison'.split(' ')];

type Rows = readonly (readonly number[])[];

interface Numbers {
  readonly attention: string;
  readonly asking: readonly string[];
  readonly answering: readonly string[];
  readonly isCausal: boolean;
  readonly q: Rows;
  readonly k: Rows;
  readonly weights: Rows;
}

/** Checks the rows against softmax(qk/√d) in float64, and the drawn row and shapes. */
async function check(page: Page, asking: readonly string[], answering: readonly string[]) {
  const numbers = await figureNumbers<Numbers>(page);
  const { q, k, weights, isCausal } = numbers;
  expect(numbers.asking).toEqual(asking);
  expect(numbers.answering).toEqual(answering);
  expect([q.length, k.length, weights.length]).toEqual([
    asking.length,
    answering.length,
    asking.length,
  ]);
  for (const [i, row] of weights.entries()) {
    expect(row).toHaveLength(answering.length);
    let total = 0;
    for (const weight of row) total += weight;
    // The sum of float32 weights.
    expect(Math.abs(total - 1)).toBeLessThan(1e-5);
    const visible = isCausal ? i + 1 : k.length;
    const scores = k.slice(0, visible).map((key) => {
      let sum = 0;
      for (const [c, x] of q[i]!.entries()) sum += x * key[c]!;
      return sum / Math.sqrt(q[i]!.length);
    });
    let powers = 0;
    for (const score of scores) powers += Math.exp(score);
    for (const [j, weight] of row.entries()) {
      const wanted = j < visible ? Math.exp(scores[j]!) / powers : 0;
      // float32 products of 32 numbers and a float32 softmax against float64.
      expect(Math.abs(weight - wanted)).toBeLessThan(1e-5);
    }
  }
  const chosen = await page.$$eval('.who-asks .chips button', (buttons) =>
    buttons.findIndex((one) => one.getAttribute('aria-pressed') === 'true'),
  );
  const drawn = await page.$$eval('.shaded-words li', (items) =>
    items.map((one) => Number(one.dataset.weight)),
  );
  expect(drawn).toEqual(weights[chosen]);
  const shapes = await page.$$eval('[data-shape]', (all) =>
    all.map((one) => (one as SVGElement).dataset.shape),
  );
  const [rows, columns] = [asking.length, answering.length];
  expect(shapes).toEqual([`${rows}x32`, `32x${columns}`, `${rows}x${columns}`]);
  expect(await page.$$eval('.matrix canvas', ([one]) => [one?.height, one?.width])).toEqual([
    rows,
    columns,
  ]);
  return numbers;
}

describe.runIf(isFull)('attention and self-attention', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    const address = figureAddress(17, { text: SENTENCE, kind: '7', layer: '0' });
    opened = await site.open(undefined, address);
    await figureReady(opened.page, 17);
  });

  const choose = (page: Page, kind: number) =>
    page.click(`.card > .chips button:nth-of-type(${kind + 1})`);

  it('differ in whose words ask and whose answer', async () => {
    const { page, errors } = shown();
    const cross = await check(page, FRENCH, ENGLISH);
    expect(cross.attention).toBe('transformer.decoder.layers.1.multihead_attn');
    await choose(page, 1);
    await check(page, ENGLISH, ENGLISH);
    await choose(page, 2);
    const causal = await check(page, FRENCH, FRENCH);
    expect(causal.isCausal).toBe(true);
    for (const [i, row] of causal.weights.entries()) {
      for (const weight of row.slice(i + 1)) expect(weight).toBe(0);
    }
    await addressShows(page, 'kind=2');
    expect(errors).toEqual([]);
  });

  it('change with the layer, the head and the word', async () => {
    const { page, errors } = shown();
    const before = await figureNumbers<Numbers>(page);
    await page.select('.controls label:nth-of-type(1) select', '1');
    const layer = await check(page, FRENCH, FRENCH);
    expect(layer.attention).toBe('transformer.decoder.layers.0.self_attn');
    expect(layer.weights).not.toEqual(before.weights);
    await page.select('.controls label:nth-of-type(2) select', '3');
    const head = await check(page, FRENCH, FRENCH);
    expect(head.weights).not.toEqual(layer.weights);
    const row = () =>
      page.$$eval('.shaded-words li', (items) => items.map((one) => one.dataset.weight));
    const third = await row();
    await page.click('.who-asks .chips button:nth-of-type(6)');
    expect(await row()).not.toEqual(third);
    await check(page, FRENCH, FRENCH);
    expect(errors).toEqual([]);
  });

  it('follow the sentence, and fit on a phone', async () => {
    const { page, errors } = shown();
    await choose(page, 1);
    await page.locator('#sentence').fill('she sleeps');
    await page.waitForFunction(() => document.querySelectorAll('.shaded-words li').length === 3);
    await check(page, ['she', 'sleeps', '■'], ['she', 'sleeps', '■']);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
