/** Figure 19 in headless Chrome: W_O is read from the model's file, and all is computed again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../tools/environment.mjs';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'the small black cat sees a big house';
const TRUTH = 'le petit chat noir voit une grande maison';
const FOLDER = join(root, 'demo/public/models/toy-transformer');

type Rows = readonly (readonly number[])[];

interface Numbers {
  readonly place: string;
  readonly reference: readonly string[];
  readonly isTruth: boolean;
  readonly off: readonly number[];
  readonly weights: readonly Rows[];
  readonly contexts: readonly Rows[];
  readonly projection: { readonly weight: Rows; readonly bias: readonly number[] };
  readonly norms: readonly number[];
  readonly word: number;
  readonly parts: Rows;
  readonly output: readonly number[];
  readonly translation: readonly string[];
  readonly loss: number;
  readonly lossesWithoutOne: readonly number[];
  readonly logits: Rows;
  readonly without?: {
    readonly translation: readonly string[];
    readonly loss: number;
    readonly contexts: readonly Rows[];
    readonly logits: Rows;
  };
}

/** A 16-bit float (IEEE 754). */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The numbers of a parameter, from the bytes of the model's file. */
async function parameter(name: string): Promise<readonly number[]> {
  const file = await readFile(join(FOLDER, 'model.safetensors'));
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<
    string,
    { readonly dtype: string; readonly data_offsets: readonly [number, number] }
  >;
  const { dtype, data_offsets } = header[name]!;
  expect(dtype).toBe('F16');
  const [start, end] = data_offsets;
  const values: number[] = [];
  for (let at = 8 + length + start; at < 8 + length + end; at += 2) {
    values.push(float16(file.readUInt16LE(at)));
  }
  return values;
}

/** Mean of -log p of tokens and the end: p is a softmax without the tokens that are never said. */
function lossOf(logits: Rows, tokens: readonly string[], vocabulary: readonly string[]): number {
  let sum = 0;
  const said = [...tokens, '<eos>'];
  for (const [t, token] of said.entries()) {
    let total = 0;
    for (const [id, logit] of logits[t]!.entries()) {
      if (vocabulary[id] !== '<pad>' && vocabulary[id] !== '<bos>') total += Math.exp(logit);
    }
    sum -= Math.log(Math.exp(logits[t]![vocabulary.indexOf(token)]!) / total);
  }
  return sum / said.length;
}

/** The largest difference of corresponding numbers. */
function worst(a: Rows, b: Rows): number {
  let most = 0;
  for (const [i, row] of a.entries()) {
    for (const [j, x] of row.entries()) most = Math.max(most, Math.abs(x - b[i]![j]!));
  }
  return most;
}

describe.runIf(isFull)('multi-head attention', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  let vocabulary: readonly string[] = [];
  const shown = () => defined(opened, 'the page');
  const numbers = (page: Page) => figureNumbers<Numbers>(page);
  beforeAll(async () => {
    const text = await readFile(join(FOLDER, 'model.json'), 'utf8');
    vocabulary = (JSON.parse(text) as { target: { tokens: string[] } }).target.tokens;
    const address = figureAddress(19, { text: SENTENCE, place: '5', off: '2', word: '4' });
    opened = await site.open(undefined, address);
    await figureReady(opened.page, 19);
  });

  /** Switches a head, counted from 0, and waits for what the model then does. */
  async function toggle(page: Page, head: number): Promise<void> {
    await page.click(`.heads li[data-head="${head}"] [role="switch"]`);
    await figureReady(page, 19);
  }

  it('is the product of W_O, as in the file, with what the heads took along', async () => {
    const { page, errors } = shown();
    await toggle(page, 1);
    const { place, contexts, projection, parts, output, norms, word, off } = await numbers(page);
    expect(off).toEqual([]);
    const size = 128;
    const weight = await parameter(`${place}.out_proj.weight`);
    const bias = await parameter(`${place}.out_proj.bias`);
    expect(worst([projection.bias], [bias])).toBe(0);
    expect(worst([projection.weight.flat()], [weight])).toBe(0);
    expect([weight.length, bias.length]).toEqual([size * size, size]);
    const lengths = [0, 0, 0, 0];
    const count = contexts[0]!.length;
    for (let at = 0; at < count; at++) {
      const concat = contexts.flatMap((rows) => rows[at]!);
      expect(concat).toHaveLength(size);
      const squares = [0, 0, 0, 0];
      for (let i = 0; i < size; i++) {
        let sum = bias[i]!;
        const ofHeads = [0, 0, 0, 0];
        for (let c = 0; c < size; c++) {
          const product = weight[i * size + c]! * concat[c]!;
          sum += product;
          ofHeads[Math.floor(c / 32)]! += product;
        }
        for (const [head, part] of ofHeads.entries()) squares[head]! += part * part;
        if (at !== word) continue;
        // Sums of float64 in another order.
        expect(Math.abs(sum - output[i]!)).toBeLessThan(1e-12);
        for (const [head, part] of ofHeads.entries()) {
          expect(Math.abs(part - parts[head]![i]!)).toBeLessThan(1e-12);
        }
      }
      for (const [head, square] of squares.entries()) lengths[head]! += Math.sqrt(square) / count;
    }
    const drawn = await page.$$eval('[data-norm]', (all) =>
      all.map((one) => Number((one as HTMLElement).dataset.norm)),
    );
    for (const [head, length] of lengths.entries()) {
      expect(Math.abs(length - norms[head]!)).toBeLessThan(1e-9);
      expect(Math.abs(length - drawn[head]!)).toBeLessThan(1e-9);
    }
    expect(errors).toEqual([]);
  });

  it('without a head is the product with zeros in place of its columns', async () => {
    const { page, errors } = shown();
    await toggle(page, 2);
    const { projection, contexts, output, parts, word, without, logits } = await numbers(page);
    const { contexts: changed, logits: others } = defined(without, 'without a head');
    const concat = contexts.flatMap((rows) => rows[word]!);
    for (const [i, row] of projection.weight.entries()) {
      const zeroed = row.map((x, c) => (c >= 64 && c < 96 ? 0 : x));
      const sum = zeroed.reduce((total, x, c) => total + x * concat[c]!, projection.bias[i]!);
      expect(Math.abs(sum - output[i]!)).toBeLessThan(1e-12);
      expect(parts[2]![i]).toBe(0);
    }
    // The GPU took the same head out, and left the others as they were.
    for (const [head, rows] of changed.entries()) {
      if (head === 2) expect(rows.flat().every((x) => x === 0)).toBe(true);
      // Another plan, which may add float32 numbers in another order.
      else expect(worst(rows, contexts[head]!)).toBeLessThan(1e-5);
    }
    const change = worst(logits, others);
    expect(change).toBeGreaterThan(0.01);
    const drawn = await page.$eval('[data-change]', (one) =>
      Number((one as HTMLElement).dataset.change),
    );
    expect(drawn).toBe(change);
    expect(errors).toEqual([]);
  });

  it('has the losses that follow from the logits, for the true translation', async () => {
    const { page } = shown();
    const { reference, isTruth, loss, logits, without, lossesWithoutOne } = await numbers(page);
    expect(isTruth).toBe(true);
    expect(reference.join(' ')).toBe(TRUTH);
    const changed = defined(without, 'without a head');
    expect(Math.abs(lossOf(logits, reference, vocabulary) - loss)).toBeLessThan(1e-9);
    const other = lossOf(changed.logits, reference, vocabulary);
    expect(Math.abs(other - changed.loss)).toBeLessThan(1e-9);
    const drawn = await page.$$eval('.effects [data-loss]', (all) =>
      all.map((one) => Number((one as HTMLElement).dataset.loss)),
    );
    expect(drawn).toEqual([loss, changed.loss]);
    await toggle(page, 2);
    for (const [head, expected] of lossesWithoutOne.entries()) {
      await toggle(page, head);
      const { off, without: alone } = await numbers(page);
      expect(off).toEqual([head]);
      expect(Math.abs(alone!.loss - expected)).toBeLessThan(1e-9);
      await toggle(page, head);
    }
  });

  it('writes the identical text when all heads are on again', async () => {
    const { page, errors } = shown();
    const before = await numbers(page);
    for (const head of [0, 1, 2, 3]) await toggle(page, head);
    const none = await numbers(page);
    expect(none.off).toEqual([0, 1, 2, 3]);
    expect(none.without!.translation).not.toEqual(before.translation);
    expect(none.without!.loss).toBeGreaterThan(before.loss + 0.1);
    await page.click('[data-action="restore"]');
    // Another attention and back: the model is run anew.
    for (const place of ['0', '5']) {
      await page.select('.controls select', place);
      await page.waitForFunction(
        (path) => document.querySelector('.heads')?.getAttribute('data-place') === path,
        {},
        place,
      );
    }
    const after = await numbers(page);
    expect(after.off).toEqual([]);
    expect(after.translation).toEqual(before.translation);
    expect(worst(after.logits, before.logits)).toBe(0);
    const text = await page.$eval('[data-state="whole"] [data-text]', (one) => one.textContent);
    expect(text?.trim()).toBe(before.translation.join(' '));
    expect(errors).toEqual([]);
  });

  it('follows the sentence, copies unknown words, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('the zebra sees anna');
    await page.waitForFunction(() =>
      document.querySelector('.chips')?.textContent?.includes('anna'),
    );
    const { isTruth, reference, translation } = await numbers(page);
    expect(isTruth).toBe(false);
    expect(reference).toEqual(translation);
    await page.locator('#sentence').fill(' ');
    await page.waitForSelector('.figure [role="alert"]');
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
