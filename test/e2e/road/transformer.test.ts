/** Figure 21 in headless Chrome: lengths, sums and the words of each layer are recomputed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { readTensors } from 'qkv/io';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../tools/environment.mjs';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

const SENTENCE = 'the small black cat sees a big house';
const MODEL = join(root, 'demo', 'public', 'models', 'toy-transformer');
/** Of a sum of 128 squares in float64. */
const TOLERANCE = 1e-9;

interface Odds {
  readonly token: string;
  readonly probability: number;
}

interface Passage {
  readonly id: string;
  readonly before: readonly number[];
  readonly added: readonly number[];
  readonly after: readonly number[];
  readonly share: number;
  readonly lengths: readonly number[];
}

interface Numbers {
  readonly place: number;
  readonly output: string;
  readonly outputs: readonly string[];
  readonly source: string;
  readonly blocks: readonly Passage[];
  readonly odds: readonly Odds[];
  readonly lens: readonly (readonly Odds[])[];
  readonly weights: readonly (readonly number[])[];
  readonly units: readonly number[];
  readonly gpu: readonly number[];
}

function lengthOf(x: readonly number[]): number {
  let sum = 0;
  for (const one of x) sum += one ** 2;
  return Math.sqrt(sum);
}

describe.runIf(isFull)('the whole transformer', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(21, { text: SENTENCE, word: '2' }));
    await figureReady(opened.page, 21);
  });
  const numbers = () => figureNumbers<Numbers>(shown().page);
  const press = async (page: Page, id: string) => {
    await page.$eval(`[data-block="${id}"]`, (one) => (one as SVGElement).focus());
    await page.keyboard.press('Enter');
    await page.waitForSelector(`[data-details="${id}"]`, { timeout: 20_000 });
  };

  it('adds up: what leaves a block is what comes in and what it adds', async () => {
    const { blocks, gpu } = await numbers();
    let drawn = 0;
    for (const [i, { id, before, added, after, share, lengths }] of blocks.entries()) {
      const expected = [before, added, after].map(lengthOf);
      for (const [j, length] of lengths.entries()) {
        expect(Math.abs(length - expected[j]!)).toBeLessThan(TOLERANCE);
      }
      if (before.length > 0) expect(before).toEqual(blocks[i - 1]!.after);
      if (before.length > 0 && added.length > 0) {
        for (const [j, x] of after.entries()) expect(x).toBeCloseTo(before[j]! + added[j]!, 12);
        const [a, b] = expected as [number, number];
        expect(Math.abs(share - a / (a + b))).toBeLessThan(TOLERANCE);
      }
      const bar = await shown().page.$eval(`[data-block="${id}"]`, (one) =>
        Number(one.getAttribute('data-added')),
      );
      expect(Math.abs(bar - expected[1]!)).toBeLessThan(TOLERANCE);
      drawn++;
    }
    expect(drawn).toBe(14);
    // The GPU's own vector after the last layer: sums of up to 512 products in float32.
    const last = blocks.find(({ id }) => id === 'decoder-units-2')!.after;
    for (const [i, x] of gpu.entries()) expect(Math.abs(x - last[i]!)).toBeLessThan(1e-3);
  });

  it('says the output word from the last layer, as the model’s file has it', async () => {
    const { blocks, odds, output, lens, outputs } = await numbers();
    const tensors = readTensors(await readFile(join(MODEL, 'model.safetensors')));
    const description = JSON.parse(await readFile(join(MODEL, 'model.json'), 'utf8')) as {
      readonly target: { readonly tokens: readonly string[] };
    };
    const { tokens } = description.target;
    const data = (name: string) => defined(tensors.get(name), name).data;
    const x = blocks.find(({ id }) => id === 'decoder-units-2')!.after;
    let mean = 0;
    for (const one of x) mean += one / x.length;
    let variance = 0;
    for (const one of x) variance += (one - mean) ** 2 / x.length;
    const [scale, shift] = [
      data('transformer.decoder.norm.weight'),
      data('transformer.decoder.norm.bias'),
    ];
    const y = x.map(
      (one, i) => ((one - mean) / Math.sqrt(variance + 1e-5)) * scale[i]! + shift[i]!,
    );
    const [table, bias] = [data('tgt_embed.weight'), data('generator.bias')];
    const logits = tokens.map((_, id) => {
      let sum = bias[id]!;
      for (const [i, one] of y.entries()) sum += table[id * y.length + i]! * one;
      return sum;
    });
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const sorted = logits
      .map((logit, id) => ({ token: tokens[id]!, probability: Math.exp(logit) / total }))
      .toSorted((a, b) => b.probability - a.probability);
    expect(output).toBe('chat');
    for (const [rank, { token, probability }] of odds.entries()) {
      expect(token).toBe(sorted[rank]!.token);
      expect(Math.abs(probability - sorted[rank]!.probability)).toBeLessThan(1e-9);
    }
    expect(odds[0]!.token).toBe(output);
    const said = lens.at(-1)!.map(({ token }) => (token === '<eos>' ? '■' : token));
    expect(said).toEqual(outputs);
    const drawn = await shown().page.$$eval('.lens tr:first-of-type td', (cells) =>
      cells.map((one) => one.textContent),
    );
    expect(drawn).toEqual(outputs);
  });

  it('lights up all that a block depends on', async () => {
    const { page } = shown();
    const lit = () =>
      page.$$eval('.block.lit', (all) => all.map((one) => one.getAttribute('data-block')));
    await press(page, 'encoder-units-1');
    expect(await lit()).toEqual(['encoder-embed', 'encoder-self-1', 'encoder-units-1']);
    const { units } = await numbers();
    expect(units.length).toBe(512);
    const active = await page.$eval('[data-active]', (one) =>
      Number(one.getAttribute('data-active')),
    );
    expect(active).toBe(units.filter((unit) => unit > 0).length);
    await press(page, 'decoder-self-1');
    expect(await lit()).toEqual(['decoder-embed', 'decoder-self-1']);
    const { weights } = await numbers();
    for (const row of weights) {
      // Softmax in float32; of the later words nothing.
      expect(Math.abs(row.reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-5);
      expect(row.slice(3).every((one) => one === 0)).toBe(true);
    }
    await press(page, 'decoder-output');
    expect((await lit()).length).toBe(15);
  });

  it('follows the output word and the sentence', async () => {
    const { page, errors } = shown();
    const before = await numbers();
    await page.click('.lens tr:first-of-type td:nth-of-type(5) button');
    await page.waitForSelector('.lens td.here:nth-of-type(5)', { timeout: 20_000 });
    const after = await numbers();
    expect(after.place).toBe(4);
    expect(after.blocks.at(-1)!.after).not.toEqual(before.blocks.at(-1)!.after);
    await page.locator('#sentence').fill('she sleeps');
    await page.waitForFunction(
      () => document.querySelectorAll('.lens tr:first-of-type td').length < 5,
    );
    // The sentence is typed letter by letter.
    const outputs = async () => (await numbers()).outputs;
    await expect.poll(outputs, { timeout: 20_000 }).toEqual(['elle', 'dort', '■']);
    expect(errors).toEqual([]);
  });

  it('fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill(`${SENTENCE} and the tired boy answers a tired girl`);
    await page.waitForFunction(
      () => document.querySelectorAll('.lens tr:first-of-type td').length > 12,
    );
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
