/**
 * Figure 10 in headless Chrome: the vector and what is written from it, changed or not, are those of
 * the model's file in float64.
 */
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
import {
  farthest,
  greedy,
  type LstmState,
  type Row,
  type ShippedModel,
  seq2seqOf,
  shippedModel,
} from '../../support/recurrentReference';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'eight happy girls never visit france and the tired boy answers a tired girl';
const OTHER = 'the small black cat sees a big house';

/** Float32 states of some twenty steps; odds change by as much as the logits of 232 products. */
const CLOSE = { vector: 2e-5, odds: 5e-4 };

interface Numbers {
  readonly sentence: string;
  readonly reads: readonly string[];
  readonly noise: number;
  readonly ownVector: LstmState;
  readonly vector: LstmState;
  readonly ownAnswer: readonly string[];
  readonly answer: readonly string[];
  readonly step: number;
  readonly steps: readonly {
    readonly read: string;
    readonly state: Row;
    readonly odds: readonly { readonly token: string; readonly probability: number }[];
  }[];
}

describe.runIf(isFull)('sequence to sequence', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  let model: ShippedModel | undefined;
  const shown = () => defined(opened, 'the page');
  const numbers = (page: Page) => figureNumbers<Numbers>(page);
  const settled = async (page: Page) => {
    await page.waitForFunction(() => document.querySelector('[data-ready="true"]') !== null);
    return numbers(page);
  };

  beforeAll(async () => {
    model = await shippedModel('toy-seq2seq');
    opened = await site.open(undefined, figureAddress(10, { text: SENTENCE }));
    await figureReady(opened.page, 10);
  });

  const writtenFrom = (vector: LstmState) => {
    const known = defined(model, 'model');
    return greedy(known, vector, seq2seqOf(known).step);
  };
  const vectorOf = (text: string) => seq2seqOf(defined(model, 'model')).vectorOf(text.split(' '));
  const said = (steps: readonly { readonly token: string }[]) =>
    steps.map(({ token }) => token).filter((token) => token !== '<eos>');

  /** The steps that are shown are those of float64 from the vector that is shown. */
  function checkSteps({ vector, answer, steps }: Numbers) {
    const expected = writtenFrom(vector);
    expect(answer).toEqual(said(expected));
    expect(steps).toHaveLength(expected.length);
    steps.forEach(({ read, state, odds }, t) => {
      expect(read).toBe(t === 0 ? '<bos>' : expected[t - 1]!.token);
      expect(farthest(state, expected[t]!.state.hidden)).toBeLessThan(CLOSE.vector);
      const best = expected[t]!.odds.toSorted((a, b) => b - a).slice(0, 5);
      expect(
        farthest(
          odds.map(({ probability }) => probability),
          best,
        ),
      ).toBeLessThan(CLOSE.odds);
      expect(odds[0]!.token).toBe(expected[t]!.token);
    });
  }

  it('reads the sentence backwards into one vector, and writes from it', async () => {
    const { page, errors } = shown();
    const found = await settled(page);
    const words = SENTENCE.split(' ');
    expect(found.reads).toEqual(['■', ...words.toReversed()]);
    const drawn = await page.$$eval('.seq2seq-reads li', (all) =>
      all.map((one) => one.textContent),
    );
    expect(drawn).toEqual(found.reads);
    const { hidden, cell } = vectorOf(SENTENCE);
    expect(farthest(found.ownVector.hidden, hidden)).toBeLessThan(CLOSE.vector);
    // Cell states are not bounded by 1.
    expect(farthest(found.ownVector.cell, cell)).toBeLessThan(10 * CLOSE.vector);
    expect(found.vector).toEqual(found.ownVector);
    checkSteps(found);
    expect(errors).toEqual([]);
  });

  it('shows the likeliest words of each step', async () => {
    const { page, errors } = shown();
    for (const step of [1, 2]) {
      await page.click('.stepper button:last-of-type');
      const { steps, step: at } = await numbers(page);
      expect(at).toBe(step);
      const rows = await page.$$eval('.seq2seq-odds tbody tr', (all) =>
        all.map((row) => ({
          token: row.getAttribute('data-token'),
          probability: Number(row.getAttribute('data-odds')),
        })),
      );
      expect(rows).toEqual(
        steps[step]!.odds.map(({ token, probability }) => ({ token, probability })),
      );
    }
    await addressShows(page, 'word=2');
    expect(errors).toEqual([]);
  });

  it('writes the translation of the sentence whose vector is pasted in', async () => {
    const { page, errors } = shown();
    await page.select('.seq2seq-controls select', '1');
    await page.waitForSelector('[data-follows="true"]');
    const found = await settled(page);
    const other = vectorOf(OTHER);
    expect(found.sentence).toBe(SENTENCE);
    expect(farthest(found.vector.hidden, other.hidden)).toBeLessThan(CLOSE.vector);
    expect(found.answer).toEqual(said(writtenFrom(other)));
    expect(found.answer.join(' ')).toBe('le petit chat noir voit une grande maison');
    expect(found.ownAnswer).not.toEqual(found.answer);
    checkSteps(found);
    const drawn = await page.$eval('[data-written="used"] .answer-text', (one) => one.textContent);
    expect(drawn?.replace(/\s/gu, '')).toBe(found.answer.join(''));
    await page.select('.seq2seq-controls select', '0');
    expect((await settled(page)).answer).toEqual(found.ownAnswer);
    expect(errors).toEqual([]);
  });

  it('adds as much noise as it says, and the answer is that of the noisy vector', async () => {
    const { page, errors } = shown();
    await page.focus('.seq2seq-controls input');
    await page.keyboard.press('End');
    await page.waitForFunction(
      () => document.querySelectorAll('[data-written="used"][data-answer]').length,
    );
    const found = await settled(page);
    expect(found.noise).toBe(1);
    for (const part of ['hidden', 'cell'] as const) {
      const [own, used] = [found.ownVector[part], found.vector[part]];
      const scale = (row: Row) => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length);
      const noise = used.map((x, i) => x - own[i]!);
      const ratio = scale(noise) / scale(own);
      // The standard deviation of 232 normal numbers is off by 5%; four times that is enough.
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.2);
    }
    expect(found.answer).not.toEqual(found.ownAnswer);
    checkSteps(found);
    await page.click('.seq2seq-controls button');
    await page.waitForFunction(
      (answer) => {
        const shownNow = document
          .querySelector('[data-written="used"]')
          ?.getAttribute('data-answer');
        return shownNow !== null && shownNow !== answer;
      },
      {},
      found.answer.join(' '),
    );
    const again = await settled(page);
    expect(again.vector).not.toEqual(found.vector);
    checkSteps(again);
    await addressShows(page, 'noise=100&seed=1');
    expect(errors).toEqual([]);
  });

  it('follows the sentence, also with unknown words, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the zyzzyva sleeps');
    await page.waitForFunction(() => document.querySelectorAll('.seq2seq-reads li').length === 4);
    expect(await phoneWidth(page)).toBe(390);
    await clearSentence(page);
    await page.waitForSelector('.figure [role="alert"]');
    expect(errors).toEqual([]);
  });
});
