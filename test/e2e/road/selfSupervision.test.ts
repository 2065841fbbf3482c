/** Figure 23 in headless Chrome: labels come from the sentence, and odds from the logits. */
import type { Page } from 'puppeteer';
import { toyPairs } from 'qkv/toy';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'the small black cat sees a big house and the old king sleeps';
const WORDS = SENTENCE.split(' ');
const MASK = '[MASK]';
/** Of sums of some hundred exponentials in float64. */
const TOLERANCE = 1e-12;

interface Likely {
  readonly token: string;
  readonly probability: number;
}

interface Numbers {
  readonly objective: string;
  readonly words: readonly string[];
  readonly marks: readonly string[];
  readonly input: readonly string[];
  readonly places: readonly number[];
  readonly inView: number;
  readonly ids: { readonly tokens: readonly string[]; readonly never: readonly number[] };
  readonly asked: readonly { readonly place: number; readonly logits: readonly number[] }[];
  readonly judged: readonly {
    readonly place: number;
    readonly top: readonly Likely[];
    readonly truth?: { readonly probability: number; readonly rank: number };
  }[];
  readonly loss: number;
  readonly written: readonly string[];
  readonly candidates: readonly (readonly Likely[])[];
  readonly training?: {
    readonly unigram: number;
    readonly points: readonly {
      readonly step: number;
      readonly loss: number;
      readonly seconds: number;
      readonly odds: number;
    }[];
  };
}

/** Softmax by its definition. */
function softmax(logits: readonly number[], never: readonly number[]) {
  let total = 0;
  for (const [id, logit] of logits.entries()) if (!never.includes(id)) total += Math.exp(logit);
  return logits.map((logit, id) => (never.includes(id) ? 0 : Math.exp(logit) / total));
}

/** Expects that the odds are those that follow from the logits. */
function expectOdds({ ids, asked, judged, words, loss }: Numbers) {
  let sum = 0;
  expect(judged.length).toBe(asked.length);
  for (const [i, { place, logits }] of asked.entries()) {
    const probabilities = softmax(logits, ids.never);
    const { top, truth } = judged[i]!;
    const sorted = probabilities
      .map((probability, id) => ({ token: ids.tokens[id], probability }))
      .toSorted((a, b) => b.probability - a.probability);
    expect(top.length).toBe(5);
    let five = 0;
    for (const [rank, { token, probability }] of top.entries()) {
      expect(token).toBe(sorted[rank]!.token);
      expect(Math.abs(probability - sorted[rank]!.probability)).toBeLessThan(TOLERANCE);
      five += probability;
    }
    expect(five).toBeLessThanOrEqual(1 + TOLERANCE);
    const own = probabilities[ids.tokens.indexOf(words[place]!)]!;
    expect(Math.abs(truth!.probability - own)).toBeLessThan(TOLERANCE);
    sum -= Math.log(own);
  }
  expect(Math.abs(loss - sum / asked.length)).toBeLessThan(1e-9);
}

/** The five words that are drawn, with their probabilities. */
const drawn = (page: Page) =>
  page.$$eval('.top-list li', (all) =>
    all.map((one) => ({
      token: one.dataset.token ?? '',
      probability: Number(one.dataset.probability),
    })),
  );

describe.runIf(isFull)('self-supervision', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    const query = { text: SENTENCE, word: '3', seconds: '8' };
    opened = await site.open(undefined, figureAddress(23, query));
    await figureReady(opened.page, 23);
  });
  const numbers = () => figureNumbers<Numbers>(shown().page);
  /** Waits until what is shown answers what is asked. */
  const settled = async () => {
    await shown().page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    await shown().page.waitForSelector('[data-figure="23"][data-ready="true"]', {
      timeout: 30_000,
    });
  };
  const click = async (place: number) => {
    await shown().page.click(`.label-table thead th:nth-of-type(${place + 2}) button`);
    await settled();
  };
  const labels = () =>
    shown().page.$$eval('[data-row="says"] td', (cells) => cells.map((one) => one.textContent));

  it('hides words, which become the labels', async () => {
    const first = await numbers();
    expect(first.objective).toBe('mask');
    expect(first.marks.join('')).toMatch(/^k+mk+$/u);
    await click(3);
    const found = await numbers();
    const masked = found.marks.flatMap((mark, i) => (mark === 'm' ? [i] : []));
    expect(masked).toContain(3);
    expect(masked.length).toBe(2);
    expect(found.places).toEqual(masked);
    expect(found.input).toEqual(WORDS.map((word, i) => (masked.includes(i) ? MASK : word)));
    expect(await labels()).toEqual(WORDS.map((word, i) => (masked.includes(i) ? word : '·')));
    expectOdds(found);
  });

  it('gives the odds of the model’s own answer', async () => {
    const { page } = shown();
    const { candidates, judged, inView } = await numbers();
    for (const [i, { top }] of judged.entries()) {
      for (const [rank, { token, probability }] of top.entries()) {
        const own = candidates[i]![rank]!;
        expect(own.token).toBe(token);
        // The same logits: those of the plan that is looked into differ in the order of sums.
        expect(Math.abs(own.probability - probability)).toBeLessThan(1e-4);
      }
    }
    expect(inView).toBe(3);
    const list = await drawn(page);
    expect(list).toEqual(
      judged
        .find(({ place }) => place === 3)!
        .top.map(({ token, probability }) => ({ token, probability })),
    );
  });

  it('trains one while the visitor looks, with a pause', async () => {
    const { page } = shown();
    const button = '.training .controls button';
    const points = async () =>
      Number(await page.$eval('.training', (one) => (one as HTMLElement).dataset.points));
    await page.click(button);
    await page.waitForFunction(
      () => Number(document.querySelector<HTMLElement>('.training')?.dataset.points) >= 2,
      { timeout: 90_000 },
    );
    await page.click(button);
    await page.waitForSelector('[data-phase="paused"]', { timeout: 20_000 });
    // What is under way ends first.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 3000)));
    const paused = await points();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2000)));
    expect(await points()).toBe(paused);
    await page.click(button);
    await page.waitForSelector('[data-phase="done"]', { timeout: 90_000 });
    const { training } = await numbers();
    const losses = training!.points.map(({ loss }) => loss);
    expect(losses.length).toBeGreaterThan(paused);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    expect(training!.points.at(-1)!.seconds).toBeGreaterThanOrEqual(8);
    const steps = training!.points.map(({ step }) => step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    // The unigram line by its definition: add-one smoothed counts.
    const count = (split: 'train' | 'dev', size: number) =>
      toyPairs({ seed: 1, split, count: size }).flatMap(({ source }) => source);
    const [learnt, held] = [count('train', 2000), count('dev', 200)];
    const counts = new Map<string, number>();
    for (const word of learnt) counts.set(word, (counts.get(word) ?? 0) + 1);
    const size = counts.size + 4;
    let sum = 0;
    for (const word of held) {
      sum -= Math.log(((counts.get(word) ?? 0) + 1) / (learnt.length + size));
    }
    expect(Math.abs(training!.unigram - sum / held.length)).toBeLessThan(1e-9);
    for (const { odds } of training!.points) {
      expect(odds).toBeGreaterThan(0);
      expect(odds).toBeLessThan(1);
    }
    await page.click(`${button}:last-of-type`);
    await page.waitForSelector('[data-phase="idle"]', { timeout: 20_000 });
    expect((await numbers()).training).toBeUndefined();
  });

  it('asks nothing where nothing is masked', async () => {
    for (const [i, mark] of (await numbers()).marks.entries()) if (mark === 'm') await click(i);
    expect(await numbers()).toMatchObject({ places: [], asked: [] });
    expect(await drawn(shown().page)).toEqual([]);
  });

  it('says each next word from those before it', async () => {
    const { page } = shown();
    await page.select('.controls select', 'continue');
    await settled();
    await click(3);
    const found = await numbers();
    expect(found.input).toEqual(['▸', ...WORDS.slice(0, -1)]);
    expect(found.places).toEqual(WORDS.map((_, i) => i));
    expect(await labels()).toEqual(WORDS);
    expectOdds(found);
    expect(found.written.slice(0, 3)).toEqual(WORDS.slice(0, 3));
    // It goes on with the likeliest word.
    expect(found.written[3]).toBe(found.judged[3]!.top[0]!.token);
    const odds = await page.$$eval('[data-row="odds"] td', (cells) =>
      cells.map((one) => Number(one.dataset.odds)),
    );
    expect(odds).toEqual(found.judged.map(({ truth }) => truth!.probability));
  });

  it('undoes masks, gaps and another order of clauses', async () => {
    const { page } = shown();
    await page.select('.controls select', 'restore');
    await settled();
    const before = await numbers();
    await page.click('.controls input[type="checkbox"]');
    await settled();
    const found = await numbers();
    expect(found.input).not.toEqual(before.input);
    // The second clause comes first; masked neighbours are one mask, dropped words are not there.
    const order = [...WORDS.keys()];
    const turned = [...order.slice(9), ...order.slice(0, 9)];
    const expected: string[] = [];
    for (const i of turned) {
      if (found.marks[i] === 'k') expected.push(WORDS[i]!);
      if (found.marks[i] === 'm' && expected.at(-1) !== MASK) expected.push(MASK);
    }
    expect(found.marks).toContain('d');
    expect(found.input).toEqual(expected);
    expectOdds(found);
    expect(found.written.length).toBeGreaterThan(2);
  });

  it('takes unknown words, and no words at all', async () => {
    const { page, errors } = shown();
    await page.select('.controls select', 'mask');
    await page.locator('#sentence').fill('the cat zzyzx the dog');
    await page.waitForFunction(
      () => document.querySelectorAll('.label-table thead button').length === 5,
    );
    await settled();
    const marks = (await numbers()).marks;
    for (const [i, mark] of marks.entries()) if (mark === 'm' && i !== 2) await click(i);
    if (marks[2] !== 'm') await click(2);
    const { judged } = await numbers();
    expect(judged.map(({ truth }) => truth)).toEqual([undefined]);
    await page.click('#sentence', { count: 3 });
    await page.keyboard.press('Backspace');
    await page.waitForFunction(() => document.querySelector('.label-table') === null, {
      timeout: 20_000,
    });
    expect(errors).toEqual([]);
  });

  it('fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill(SENTENCE);
    await page.waitForSelector('.label-table');
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
