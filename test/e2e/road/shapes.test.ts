/** Figure 9 in headless Chrome: four networks are trained, and their boxes are what they say. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'the small black cat sees a big house';
const WORDS = SENTENCE.split(' ');

interface OfShape {
  readonly shape: string;
  readonly accuracy: number;
  readonly baseline: number;
  readonly steps: number;
  readonly losses: readonly number[];
  readonly input: readonly string[];
  readonly labels: readonly string[];
  readonly outputs: readonly { readonly label: string; readonly logits: readonly number[] }[];
}

interface Numbers {
  readonly read: readonly string[];
  readonly shapes: readonly OfShape[];
}

/** Texts of the boxes of a network, from left to right. */
const boxes = (page: Page, shape: string, what: 'input' | 'output' | 'state') =>
  page.$$eval(`[data-shape="${shape}"] .${what}`, (all) =>
    all.map((one) => one.textContent?.trim() ?? ''),
  );

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe.runIf(isFull)('shapes of sequence models', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(9, { text: SENTENCE, length: '4' }));
    await figureReady(opened.page, 9);
  });
  const numbers = () => figureNumbers<Numbers>(shown().page);

  it('learn: they are right more often than the commonest label is', async () => {
    const { shapes } = await numbers();
    expect(shapes.length).toBe(4);
    for (const { shape, accuracy, baseline, steps, losses } of shapes) {
      expect(accuracy, shape).toBeGreaterThan(baseline + 0.1);
      expect(accuracy, shape).toBeLessThanOrEqual(1);
      expect(losses.length, shape).toBe(steps);
      const part = Math.floor(steps / 4);
      expect(mean(losses.slice(-part)), shape).toBeLessThan(mean(losses.slice(0, part)));
      const drawn = await shown().page.$eval(`[data-card="${shape}"] [data-accuracy]`, (one) =>
        Number((one as HTMLElement).dataset.accuracy),
      );
      expect(drawn).toBe(accuracy);
    }
  });

  it('say the label of the greatest logit', async () => {
    for (const { shape, outputs, labels } of (await numbers()).shapes) {
      for (const { label, logits } of outputs) {
        expect(logits.length).toBe(labels.length);
        let best = 0;
        for (const [i, logit] of logits.entries()) if (logit > logits[best]!) best = i;
        expect(label, shape).toBe(labels[best]);
      }
    }
  });

  it('have as many boxes as words, or as labels', async () => {
    const { page } = shown();
    const count = async (shape: string) => ({
      inputs: await boxes(page, shape, 'input'),
      states: (await boxes(page, shape, 'state')).length,
      outputs: (await boxes(page, shape, 'output')).length,
    });
    const { shapes } = await numbers();
    expect(await count('oneToOne')).toEqual({ inputs: ['cat'], states: 1, outputs: 1 });
    expect(await count('manyToOne')).toEqual({ inputs: WORDS.slice(0, 4), states: 4, outputs: 1 });
    expect(await count('manyToMany')).toEqual({ inputs: WORDS.slice(0, 4), states: 4, outputs: 4 });
    const said = defined(
      shapes.find(({ shape }) => shape === 'oneToMany'),
      'phrases',
    ).outputs;
    expect(await count('oneToMany')).toEqual({
      inputs: ['a + strange + queen'],
      states: said.length,
      outputs: said.length,
    });
  });

  it('are unrolled further for more words', async () => {
    const { page, errors } = shown();
    await page.focus('.slider input');
    await page.keyboard.press('End');
    await page.waitForFunction(
      () => document.querySelectorAll('[data-shape="manyToMany"] .state').length === 8,
    );
    await figureReady(page, 9);
    const { read, shapes } = await numbers();
    expect(read).toEqual(WORDS);
    const tags = defined(
      shapes.find(({ shape }) => shape === 'manyToMany'),
      'classes',
    );
    expect(tags.outputs.length).toBe(8);
    // Words whose class depends on nothing around them.
    expect(tags.outputs[0]!.label).toBe('determiner');
    expect(tags.outputs[3]!.label).toBe('noun');
    expect((await boxes(page, 'manyToMany', 'output'))[3]).toBe('noun');
    expect(errors).toEqual([]);
  });

  it('write another phrase for other words', async () => {
    const { page } = shown();
    const before = await boxes(page, 'oneToMany', 'output');
    await page.select('[data-card="oneToMany"] .controls label:nth-of-type(2) select', '-');
    await page.waitForSelector('[data-shape="oneToMany"] [data-input="a + queen"]');
    await figureReady(page, 9);
    expect(await boxes(page, 'oneToMany', 'output')).not.toEqual(before);
  });

  it('fit on a phone, and take no sentence at all', async () => {
    const { page, errors } = shown();
    expect(await phoneWidth(page)).toBe(390);
    await page.click('#sentence', { count: 3 });
    await page.keyboard.press('Backspace');
    await page.waitForFunction(() => document.querySelector('.slider') === null, {
      timeout: 20_000,
    });
    expect(errors).toEqual([]);
  });
});
