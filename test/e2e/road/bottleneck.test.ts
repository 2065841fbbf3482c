/**
 * Figure 11 in headless Chrome: answers are those of the model's file in float64, what is marked and
 * BLEU are recomputed, and clauses, measurements and their stop do what they say.
 */
import type { Page } from 'puppeteer';
import { toyExamples } from 'qkv/toy';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import {
  clearSentence,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import {
  greedy,
  type ShippedModel,
  seq2seqOf,
  shippedModel,
} from '../../support/recurrentReference';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'eight happy girls never visit france and the tired boy answers a tired girl';

type Words = readonly string[];

interface Numbers {
  readonly sentence: string;
  readonly length: number;
  readonly truth?: Words;
  readonly answers: readonly {
    readonly model: string;
    readonly tokens: Words;
    readonly bleu?: number;
  }[];
  readonly recorded: { readonly bleu: Readonly<Record<string, readonly number[]>> };
  readonly measured: readonly {
    readonly model: string;
    readonly from: number;
    readonly to: number;
    readonly sentences: Words;
    readonly answers: readonly Words[];
    readonly truths: readonly Words[];
    readonly bleu: number;
  }[];
}

/** Length of the longest common subsequence, by its definition. */
function common(a: Words, b: Words): number {
  if (a.length === 0 || b.length === 0) return 0;
  const rows = [...a, ''].map(() => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      rows[i]![j] =
        a[i - 1] === b[j - 1]
          ? rows[i - 1]![j - 1]! + 1
          : Math.max(rows[i - 1]![j]!, rows[i]![j - 1]!);
    }
  }
  return rows[a.length]![b.length]!;
}

/**
 * BLEU (Papineni et al. 2002). @param smooth halves the match of each further order without one, and
 * leaves out orders that are longer than the answers
 */
function bleu(answers: readonly Words[], truths: readonly Words[], smooth: boolean): number {
  const grams = (words: Words, n: number) =>
    words
      .slice(0, Math.max(0, words.length - n + 1))
      .map((_, i) => words.slice(i, i + n).join(' '));
  const lengths = [answers, truths].map((all) => all.reduce((sum, one) => sum + one.length, 0));
  let [logs, orders, halved] = [0, 0, 1];
  for (let n = 1; n <= 4; n++) {
    let [matches, total] = [0, 0];
    for (const [i, answer] of answers.entries()) {
      const left = grams(truths[i]!, n);
      for (const gram of grams(answer, n)) {
        total++;
        const at = left.indexOf(gram);
        if (at >= 0) {
          matches++;
          left.splice(at, 1);
        }
      }
    }
    if (total === 0 && smooth) continue;
    if (matches === 0 && !smooth) return 0;
    if (matches === 0) halved /= 2;
    logs += Math.log((matches || halved) / total);
    orders++;
  }
  const [answer = 0, truth = 0] = lengths;
  const brevity = answer < truth ? Math.exp(1 - truth / answer) : 1;
  return 100 * brevity * Math.exp(logs / orders);
}

describe.runIf(isFull)('the bottleneck', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  let model: ShippedModel | undefined;
  const shown = () => defined(opened, 'the page');
  const numbers = (page: Page) => figureNumbers<Numbers>(page);
  const settled = async (page: Page, text: string) => {
    await page.waitForFunction(
      (sentence) =>
        [...document.querySelectorAll<HTMLElement>('.bottleneck-cards article')].every(
          ({ dataset }) => dataset.state === 'done' && dataset.source === sentence,
        ),
      {},
      text,
    );
    await figureReady(page, 11);
    return numbers(page);
  };
  const answerOf = (text: string) => {
    const known = defined(model, 'model');
    const { vectorOf, step } = seq2seqOf(known);
    return greedy(known, vectorOf(text.split(' ')), step)
      .map(({ token }) => token)
      .filter((token) => token !== '<eos>');
  };

  beforeAll(async () => {
    model = await shippedModel('toy-seq2seq');
    opened = await site.open(undefined, figureAddress(11));
    await figureReady(opened.page, 11);
  });

  /** What is marked in the cards, and BLEU, follow from the answers and the truth. */
  async function checkMarks(page: Page, { answers, truth }: Numbers) {
    for (const { model: name, tokens, bleu: score } of answers) {
      const same = common(tokens, defined(truth, 'truth'));
      const card = `[data-model="${name}"]`;
      const count = (what: string) => page.$$eval(`${card} ${what}`, (all) => all.length);
      expect(await count('.word.wrong')).toBe(tokens.length - same);
      expect(await count('.missing')).toBe(truth!.length - same);
      expect(Math.abs(bleu([tokens], [truth!], true) - score!)).toBeLessThan(1e-9);
      const [drawn] = await page.$$eval(`${card} [data-bleu]`, (all) =>
        all.map((one) => Number(one.getAttribute('data-bleu'))),
      );
      expect(drawn).toBe(score);
    }
  }

  it('shows three answers, and marks what is wrong in them', async () => {
    const { page, errors } = shown();
    const found = await settled(page, SENTENCE);
    expect(found.length).toBe(14);
    expect(found.answers.map(({ model: name }) => name)).toEqual([
      'toy-seq2seq',
      'toy-bahdanau',
      'toy-transformer',
    ]);
    expect(found.answers[0]!.tokens).toEqual(answerOf(SENTENCE));
    await checkMarks(page, found);
    expect(found.answers[0]!.bleu!).toBeLessThan(70);
    expect(found.answers[2]!.bleu!).toBe(100);
    // As the README says: the line of the fixed vector falls by half, those with attention by less
    // than two at any length.
    const { bleu: recorded } = found.recorded;
    const falls = (name: string) => Math.max(...recorded[name]!) - Math.min(...recorded[name]!);
    expect(falls('toy-seq2seq')).toBeGreaterThan(50);
    for (const name of ['toy-bahdanau', 'toy-transformer']) expect(falls(name)).toBeLessThan(2);
    expect(errors).toEqual([]);
  });

  it('adds clauses to the sentence and to its translation, and the dots move', async () => {
    const { page, errors } = shown();
    const places = async () => {
      await page.$eval('.bottleneck-chart details', (one) => {
        (one as HTMLDetailsElement).open = true;
      });
      await page.waitForSelector('.bottleneck-chart .numbers tbody tr');
      return page.$eval('.bottleneck-chart .numbers table', (table) => {
        const heads = [...table.querySelectorAll('thead th')].map((one) => one.textContent);
        const rows = [...table.querySelectorAll('tbody tr')];
        const dots = rows.filter((row) => row.textContent?.includes('this sentence'));
        return dots.map((row) => {
          const cells = [...row.querySelectorAll('td')];
          return heads.filter((_, i) => cells[i]?.textContent !== 'NaN').join();
        });
      });
    };
    expect(await places()).toEqual(['14', '14', '14']);
    await page.click('.bottleneck-growth button:nth-of-type(1)');
    const text = await page.$eval('#sentence', (one) => (one as HTMLInputElement).value);
    const clause = text.slice(`${SENTENCE} and `.length);
    expect(text).toBe(`${SENTENCE} and ${clause}`);
    const found = await settled(page, text);
    const truths = new Map<string, Words>();
    for (const { pair } of toyExamples(3, 'test')) {
      truths.set(pair.source.join(' '), pair.target);
      if (truths.has(SENTENCE) && truths.has(clause)) break;
    }
    expect(found.truth).toEqual([...truths.get(SENTENCE)!, 'et', ...truths.get(clause)!]);
    expect(found.length).toBe(15 + clause.split(' ').length);
    expect(await places()).toEqual(Array(3).fill(String(found.length)));
    await checkMarks(page, found);
    await page.click('.bottleneck-growth button:nth-of-type(2)');
    expect((await settled(page, SENTENCE)).sentence).toBe(SENTENCE);
    expect(errors).toEqual([]);
  });

  it('measures lengths on this GPU, and stops when it is told to', async () => {
    const { page, errors } = shown();
    await page.click('[data-measure="start"]');
    await page.waitForSelector('[data-measure="stop"]');
    await page.click('[data-measure="stop"]');
    await page.waitForSelector('[data-measure="start"]');
    expect((await numbers(page)).measured.length).toBeLessThan(15);
    await page.click('[data-measure="start"]');
    await page.waitForSelector('[data-measure="stop"]');
    await page.waitForSelector('[data-measure="start"]');
    const { measured } = await numbers(page);
    expect(measured).toHaveLength(15);
    for (const { model: name, from, to, sentences, answers, truths, bleu: score } of measured) {
      expect(sentences).toHaveLength(6);
      for (const sentence of sentences) {
        expect(sentence.split(' ').length).toBeGreaterThanOrEqual(from);
        expect(sentence.split(' ').length).toBeLessThanOrEqual(to);
      }
      expect(Math.abs(bleu(answers, truths, false) - score)).toBeLessThan(1e-9);
      if (name === 'toy-seq2seq') expect(answers[0]).toEqual(answerOf(sentences[0]!));
    }
    const at = (name: string, from: number) =>
      measured.find((one) => one.model === name && one.from === from)!.bleu;
    expect(at('toy-seq2seq', 17)).toBeLessThan(at('toy-seq2seq', 5) - 10);
    expect(at('toy-transformer', 17)).toBeGreaterThan(90);
    expect(errors).toEqual([]);
  });

  it('follows the sentence, also one that the grammar does not know, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the zyzzyva sleeps');
    const found = await settled(page, 'the zyzzyva sleeps');
    expect(found.truth).toBeUndefined();
    expect(await page.$$('.missing')).toHaveLength(0);
    expect(await phoneWidth(page)).toBe(390);
    await clearSentence(page);
    await page.waitForFunction(
      () => document.querySelectorAll('.bottleneck-cards .answer-text').length === 0,
    );
    expect(errors).toEqual([]);
  });
});
