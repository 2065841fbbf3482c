/**
 * Figure 13 in headless Chrome: annotations, scores, contexts and odds are those of the model's file
 * in float64, also with the visitor's weights; links and error rate are those of the grammar.
 */
import type { Page } from 'puppeteer';
import { type ToyPair, toyExamples } from 'qkv/toy';
import { beforeAll, describe, expect, it } from 'vitest';
import { AlignmentErrors } from '../../../experiments/lib/alignmentErrors';
import { defined } from '../../../tools/lib/defined';
import {
  addressShows,
  clearSentence,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import {
  bahdanauOf,
  farthest,
  greedy,
  type Row,
  type Rows,
  type ShippedModel,
  shippedModel,
} from '../../support/recurrentReference';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'eight happy girls never visit france and the tired boy answers a tired girl';
/** A short question, some of whose weights are not on the true links. */
const OTHER = 'which light did he not see ?';
/** The step that is looked at: 'visitent'. */
const STEP = 4;

/**
 * States and weights are float32: sums of up to 512 products, some twenty steps one after another.
 * Scores are up to 20, and odds change by as much as their logits.
 */
const CLOSE = { state: 2e-5, score: 1e-3, odds: 2e-4 };

interface Numbers {
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly step: number;
  readonly annotations: Rows;
  readonly scores: Row;
  readonly ownWeights: Row;
  readonly weights: Row;
  readonly ownContext: Row;
  readonly context: Row;
  readonly odds: readonly {
    readonly token: string;
    readonly probability: number;
    readonly after?: number;
  }[];
  readonly answer: readonly string[];
  readonly changedAnswer?: readonly string[];
  readonly allWeights: Rows;
  readonly alignment?: { readonly truth: readonly (readonly [number, number])[] };
}

/** The grammar's sentence. */
function pairOf(text: string): ToyPair {
  for (const { pair } of toyExamples(3, 'test')) if (pair.source.join(' ') === text) return pair;
  throw new Error(`${text} is no sentence of the grammar`);
}

describe("Bahdanau's attention", () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  let model: ShippedModel | undefined;
  const shown = () => defined(opened, 'the page');
  const numbers = (page: Page) => figureNumbers<Numbers>(page);
  /** Numbers of all elements that have an attribute: 'before' is that of data-before. */
  const drawn = (page: Page, what: string) =>
    page.$$eval(
      `[data-${what}]`,
      (all, name) => all.map((one) => Number(one.getAttribute(name))),
      `data-${what}`,
    );
  const answered = (page: Page) =>
    page.waitForFunction(() => document.querySelectorAll('[data-after]').length > 0);

  beforeAll(async () => {
    model = await shippedModel('toy-bahdanau');
    opened = await site.open(undefined, figureAddress(13, { text: SENTENCE, word: String(STEP) }));
    await figureReady(opened.page, 13);
  });

  /** The answer in float64. @param forced the weights of the step */
  const reference = (forced?: Row, text = SENTENCE) => {
    const own = bahdanauOf(defined(model, 'model'), text.split(' '));
    const steps = greedy(defined(model, 'model'), own.start, (id, state, index) =>
      own.step(id, state, index === STEP ? forced : undefined),
    );
    return { annotations: own.annotations, steps };
  };

  it('shows the annotations, scores, weights, context and odds of the model', async () => {
    const { page } = shown();
    const found = await numbers(page);
    const { annotations, steps } = reference();
    expect(found.source).toEqual([...SENTENCE.split(' '), '■']);
    expect(found.answer).toEqual(steps.slice(0, -1).map(({ token }) => token));
    found.annotations.forEach((row, j) => {
      expect(farthest(row, annotations[j]!)).toBeLessThan(CLOSE.state);
    });
    const { scores, weights, context, odds } = steps[STEP]!;
    expect(farthest(found.scores, scores)).toBeLessThan(CLOSE.score);
    expect(farthest(found.weights, weights)).toBeLessThan(CLOSE.odds);
    expect(farthest(found.context, context)).toBeLessThan(CLOSE.odds);
    expect(found.odds).toHaveLength(5);
    expect(found.odds[0]!.token).toBe('visitent');
    const best = odds.toSorted((a, b) => b - a).slice(0, 5);
    const before = await drawn(page, 'before');
    expect(farthest(before, best)).toBeLessThan(CLOSE.odds);
    expect(farthest(await drawn(page, 'difference'), [0])).toBeLessThan(1e-5);
  });

  it('lets a weight be dragged: the others keep their ratios, and the context follows', async () => {
    const { page, errors } = shown();
    const before = await numbers(page);
    const boy = before.source.indexOf('boy');
    const slider = (await page.$$('.bahdanau-weights input'))[boy]!;
    await slider.scrollIntoView();
    const box = defined(await slider.boundingBox(), 'the box of the slider');
    await page.mouse.move(box.x + 4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await answered(page);
    const after = await numbers(page);
    const moved = after.weights[boy]!;
    expect(moved).toBeGreaterThan(0.8);
    expect(moved).toBeLessThan(1);
    // Of float32, they sum to 1 but for their rounding.
    const rest = before.ownWeights.reduce((sum, one, j) => (j === boy ? sum : sum + one), 0);
    after.weights.forEach((weight, j) => {
      const expected = j === boy ? moved : (before.ownWeights[j]! / rest) * (1 - moved);
      // Many small moves of the slider, each with its rounding.
      expect(Math.abs(weight - expected)).toBeLessThan(1e-12);
    });
    expect(Math.abs(after.weights.reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-12);
    expect(
      farthest(await drawn(page, 'weight').then((all) => all.slice(0, 15)), after.weights),
    ).toBeLessThan(1e-12);
    const context = before.annotations[0]!.map((_, i) => {
      let sum = 0;
      for (const [j, h] of before.annotations.entries()) sum += after.weights[j]! * h[i]!;
      return sum;
    });
    expect(farthest(after.context, context)).toBeLessThan(1e-12);
    expect(after.ownContext).toEqual(before.ownContext);
    expect(errors).toEqual([]);
  });

  it('writes on with those weights, as the model in float64 does with them', async () => {
    const { page } = shown();
    const found = await numbers(page);
    const { steps } = reference(found.weights);
    const { odds } = steps[STEP]!;
    for (const { token, after } of found.odds) {
      const id = defined(model, 'model').target.indexOf(token);
      expect(Math.abs(odds[id]! - after!)).toBeLessThan(CLOSE.odds);
    }
    const visitent = found.odds.find(({ token }) => token === 'visitent')!;
    expect(visitent.after!).toBeLessThan(visitent.probability - 0.1);
    expect(found.changedAnswer).toEqual(steps.slice(0, -1).map(({ token }) => token));
    expect(found.changedAnswer).not.toEqual(found.answer);
    // The GPU's context with the forced weights is that of the sum.
    expect(farthest(await drawn(page, 'difference'), [0])).toBeLessThan(1e-5);
  });

  it('keeps the weights in the address, takes arrow keys, and gives its own weights back', async () => {
    const { page, errors } = shown();
    const { weights, source } = await numbers(page);
    const kept = new URLSearchParams(page.url().split('?')[1]).get('weights')!.split('_');
    expect(kept.map(Number)).toEqual(weights.map((weight) => Math.round(1000 * weight)));
    await page.reload();
    await figureReady(page, 13);
    await answered(page);
    expect(farthest((await numbers(page)).weights, weights)).toBeLessThan(1e-2);
    const first = (await page.$$('.bahdanau-weights input'))[0]!;
    await first.focus();
    const before = (await numbers(page)).weights;
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    const after = (await numbers(page)).weights;
    expect(after[0]! - before[0]!).toBeGreaterThan(0.04);
    expect(Math.abs(after.reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-12);
    await page.click('.bahdanau-presets button:nth-of-type(2)');
    const equal = (await numbers(page)).weights;
    expect(equal.every((weight) => Math.abs(weight - 1 / source.length) < 1e-12)).toBe(true);
    await page.click('.bahdanau-presets button:nth-of-type(1)');
    const own = await numbers(page);
    expect(own.weights).toEqual(own.ownWeights);
    await addressShows(page, 'weights', false);
    expect(errors).toEqual([]);
  });

  it('outlines the links of the grammar, and counts errors as the experiment does', async () => {
    const { page } = shown();
    for (const text of [SENTENCE, OTHER]) {
      await page.locator('#sentence').fill(text);
      await page.waitForFunction(
        (count) =>
          document.querySelectorAll('.bahdanau-weights tbody tr').length === count &&
          document.querySelector('[data-error-rate]') !== null,
        {},
        text.split(' ').length + 1,
      );
      const pair = pairOf(text);
      const { allWeights, answer } = await numbers(page);
      expect(answer).toEqual(pair.target);
      const marked = await page.$$eval('.heat-map tbody tr', (rows) =>
        rows.flatMap((row, t) =>
          [...row.querySelectorAll('td')].flatMap((cell, s) =>
            cell.classList.contains('marked') ? [[s, t]] : [],
          ),
        ),
      );
      const inOrder = (links: readonly (readonly number[])[]) =>
        links.map((link) => link.join()).toSorted();
      expect(inOrder(marked)).toEqual(inOrder(pair.alignment));
      const errors = new AlignmentErrors();
      const { steps } = reference(undefined, text);
      const found = pair.target.flatMap((_, t): [number, number][] => {
        const { weights } = steps[t]!;
        expect(farthest(allWeights[t]!, weights)).toBeLessThan(CLOSE.odds);
        const s = weights.indexOf(Math.max(...weights));
        return s < pair.source.length ? [[s, t]] : [];
      });
      errors.add(found, pair.alignment);
      const [rate] = await drawn(page, 'error-rate');
      expect(Math.abs(rate! - errors.rate)).toBeLessThan(1e-12);
      expect(errors.rate > 0.1).toBe(text === OTHER);
    }
  });

  it('takes unknown words and no words, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the zyzzyva sleeps');
    await page.waitForFunction(() => document.querySelectorAll('.heat-map thead th').length === 4);
    expect((await numbers(page)).source).toContain('zyzzyva');
    expect((await numbers(page)).alignment).toBeUndefined();
    expect(await phoneWidth(page)).toBe(390);
    await clearSentence(page);
    await page.waitForSelector('.figure [role="alert"]');
    expect(errors).toEqual([]);
  });
});
