/** Figure 6 in headless Chrome: all states are recomputed by plain loops from the weights it saves. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../demo/engine/models';
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

type Vector = readonly number[];

interface Numbers {
  readonly sentence: string;
  readonly read: readonly string[];
  readonly ids: Vector;
  readonly replaced?: { readonly column: number; readonly word: string };
  readonly replacedIds?: Vector;
  readonly states: readonly Vector[];
  readonly statesAfter?: readonly Vector[];
  readonly moved: Vector;
  readonly term: Readonly<
    Record<'x' | 'fromInput' | 'before' | 'fromState' | 'sum' | 'h' | 'z', Vector>
  >;
  readonly network: {
    readonly vocabulary: readonly string[];
    readonly size: number;
  } & Readonly<
    Record<'vectors' | 'ofInput' | 'ofState' | 'bias' | 'ofOutput' | 'outputBias', Vector>
  >;
}

/** The states after all words: h = tanh(W_x x + W_h h + b). */
function statesOf({ network }: Numbers, ids: Vector): number[][] {
  const { size, vectors, ofInput, ofState, bias } = network;
  const states: number[][] = [];
  let before = new Array<number>(size).fill(0);
  for (const id of ids) {
    const h: number[] = [];
    for (let unit = 0; unit < size; unit++) {
      let sum = bias[unit]!;
      for (let j = 0; j < size; j++) {
        sum += ofInput[unit * size + j]! * vectors[id * size + j]!;
        sum += ofState[unit * size + j]! * before[j]!;
      }
      h.push(Math.tanh(sum));
    }
    states.push(h);
    before = h;
  }
  return states;
}

/** The odds of the next words: softmax(W_z h + b_z). */
function oddsOf({ network }: Numbers, h: Vector): number[] {
  const { size, vocabulary, ofOutput, outputBias } = network;
  const powers = vocabulary.map((_, word) => {
    let logit = outputBias[word]!;
    for (let j = 0; j < size; j++) logit += ofOutput[word * size + j]! * h[j]!;
    return Math.exp(logit);
  });
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Both are doubles; sums in another order differ in their last bits, and states carry that on. */
const TOLERANCE = 1e-11;

const worst = (found: readonly Vector[], expected: readonly Vector[]) =>
  Math.max(...expected.flatMap((row, t) => row.map((x, i) => Math.abs(x - found[t]![i]!))));

describe.runIf(isFull)('a recurrent network', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(6, { step: '0' }));
    await figureReady(opened.page, 6);
  });

  const numbers = (page: Page) => figureNumbers<Numbers>(page);

  it('has the states that follow from its weights, and draws them', async () => {
    const { page, errors } = shown();
    const found = await numbers(page);
    const { ids, read, states, network } = found;
    expect(found.sentence).toBe(EXAMPLES[0]![0]);
    expect(read.slice(1)).toEqual(found.sentence.split(' '));
    expect(ids.slice(1).map((id) => network.vocabulary[id])).toEqual(read.slice(1));
    expect(states).toHaveLength(read.length);
    expect(worst(states, statesOf(found, ids))).toBeLessThan(TOLERANCE);
    // A picture has 255 shades; it is drawn a moment after its numbers are there.
    await page.waitForFunction(
      (expected) => {
        const all = document.querySelectorAll<HTMLCanvasElement>(
          '.unrolled tbody:first-of-type canvas',
        );
        return [...all].every((canvas, t) => {
          const data = canvas.getContext('2d')?.getImageData(0, 0, 1, 32).data ?? [];
          return expected[t]?.every((h, i) => {
            const alpha = (data[4 * i + 3] ?? Number.NaN) / 255;
            return Math.abs(alpha - Math.abs(h)) < 0.005;
          });
        });
      },
      {},
      states,
    );
    expect(errors).toEqual([]);
  });

  it('changes only from a replaced word on, which is outlined', async () => {
    const { page, errors } = shown();
    const found = await numbers(page);
    const { column, word } = found.replaced!;
    const { states, statesAfter = [], replacedIds = [], ids, moved } = found;
    expect([column, word]).toEqual([3, 'cats']);
    expect(replacedIds.flatMap((id, t) => (id === ids[t] ? [] : [t]))).toEqual([column]);
    expect(worst(statesAfter, statesOf(found, replacedIds))).toBeLessThan(TOLERANCE);
    // Equal to the last bit.
    expect(statesAfter.slice(0, column)).toEqual(states.slice(0, column));
    for (let t = column; t < states.length; t++) expect(statesAfter[t]).not.toEqual(states[t]);
    moved.forEach((distance, t) => {
      const squares = states[t]!.reduce((sum, x, i) => sum + (x - statesAfter[t]![i]!) ** 2, 0);
      expect(Math.abs(distance - Math.sqrt(squares))).toBeLessThan(TOLERANCE);
    });
    const outlined = () =>
      page.$$eval('.after .state', (cells) =>
        cells.map((one) => one.classList.contains('changed')),
      );
    expect(await outlined()).toEqual(states.map((_, t) => t >= column));
    // Another word, at another place.
    await page.click('.unrolled td:nth-of-type(9) button');
    await page.select('.figure .controls select', 'canada');
    const other = await numbers(page);
    expect(other.replaced).toEqual({ column: 8, word: 'canada' });
    expect(other.statesAfter!.slice(0, 8)).toEqual(other.states.slice(0, 8));
    expect(await outlined()).toEqual(states.map((_, t) => t >= 8));
    await addressShows(page, 'by=canada');
    expect(errors).toEqual([]);
  });

  it('is computed term by term, and its formula lights up', async () => {
    const { page, errors } = shown();
    const { term, network, replacedIds = [], replaced, ...rest } = await numbers(page);
    const { size, ofInput, ofState, vectors, bias } = network;
    const id = replacedIds[replaced!.column]!;
    for (let unit = 0; unit < size; unit++) {
      let [input, state] = [0, 0];
      for (let j = 0; j < size; j++) {
        input += ofInput[unit * size + j]! * vectors[id * size + j]!;
        state += ofState[unit * size + j]! * term.before[j]!;
      }
      expect(Math.abs(term.fromInput[unit]! - input)).toBeLessThan(TOLERANCE);
      expect(Math.abs(term.fromState[unit]! - state)).toBeLessThan(TOLERANCE);
      expect(Math.abs(term.sum[unit]! - input - state - bias[unit]!)).toBeLessThan(TOLERANCE);
    }
    const lit: string[] = [];
    for (let step = 0; step < 7; step++) {
      expect(await page.$$('[data-term]')).toHaveLength(step + 1);
      lit.push(
        await page.$eval('.rnn-equation .lit', (one) => one.textContent?.replace(/\s/gu, '') ?? ''),
      );
      expect(await page.$$('.rnn-equation .lit')).toHaveLength(1);
      if (step < 6) await page.click('.stepper button:last-of-type');
    }
    expect(lit).toEqual([
      ...['xt', 'Wxxt', 'ht−1', 'Whht−1', 'Wxxt+Whht−1+b', 'ht=tanh', 'zt=softmax(Wzht+bz)'],
    ]);
    const expected = oddsOf({ term, network, replacedIds, ...rest }, term.h);
    const drawn = await page.$$eval('[data-odds]', (items) =>
      items.map((one) => Number((one as HTMLElement).dataset.odds)),
    );
    const likeliest = expected.toSorted((a, b) => b - a).slice(0, drawn.length);
    expect(drawn).toHaveLength(5);
    for (const [i, odds] of drawn.entries()) {
      expect(Math.abs(odds - likeliest[i]!)).toBeLessThan(1e-9);
    }
    expect(errors).toEqual([]);
  });

  it('has learnt more than how often words occur', async () => {
    const { network, ...rest } = await numbers(shown().page);
    const ids = [
      1,
      ...'the small black cat sees a big house'
        .split(' ')
        .map((word) => network.vocabulary.indexOf(word)),
    ];
    const states = statesOf({ network, ...rest }, ids);
    const loss = ids
      .slice(1)
      .map((id, t) => -Math.log(oddsOf({ network, ...rest }, states[t]!)[id]!));
    // Without knowing anything, a word is one of 439; by frequency alone its loss is about 5.
    const mean = loss.reduce((sum, one) => sum + one, 0) / loss.length;
    expect(mean).toBeLessThan(4.5);
  });

  it('follows the sentence, knows what it does not know, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the quokka sleeps');
    await page.waitForFunction(
      () => document.querySelectorAll('.unrolled tbody:first-of-type canvas').length === 4,
    );
    const found = await numbers(page);
    expect(found.ids[2]).toBe(3);
    expect(worst(found.states, statesOf(found, found.ids))).toBeLessThan(TOLERANCE);
    expect(await page.$eval('.figure .card', (card) => card.textContent)).toContain('quokka');
    await page.$eval('#sentence', (box) => {
      (box as HTMLInputElement).value = '';
      box.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.waitForSelector('.figure [role="alert"]');
    await page.locator('#sentence').fill(EXAMPLES[0]![0]);
    await page.waitForSelector('.unrolled');
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
