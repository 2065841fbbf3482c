/** Figure 2 in headless Chrome: places, bags, costs and vectors are recomputed from corpus and model. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { toyPairs } from 'qkv/toy';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../tools/environment.mjs';
import { defined } from '../../../tools/lib/defined';
import {
  addressShows,
  clearSentence,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

interface Cost {
  readonly width: number;
  readonly numbers: number;
  readonly zeros: number;
  readonly bytes: number;
}

interface Numbers {
  readonly words: readonly string[];
  readonly vocabulary: readonly string[];
  readonly ids: readonly number[];
  readonly counts: readonly number[];
  readonly vectors: readonly (readonly number[] | null)[];
  readonly costs: Readonly<Record<'rows' | 'bag' | 'vectors', Cost>>;
}

const SENTENCE = 'the zebra sees the small cat';

describe.runIf(isFull)('encodings', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(2, { text: SENTENCE, vocabulary: '300' }));
    await figureReady(opened.page, 2);
  });
  const numbers = (page: Page) => figureNumbers<Numbers>(page);

  /** How often each word occurs in the sentence pairs of the vocabulary. */
  function countedWords() {
    const counts = new Map<string, number>();
    for (const { source, target } of toyPairs({ seed: 1, split: 'train', count: 1000 })) {
      for (const word of [...source, ...target]) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return counts;
  }

  function expectEncoded({ words, vocabulary, ids, counts, costs, vectors }: Numbers) {
    const size = vocabulary.length;
    const rows = words.map((word) => {
      const place = vocabulary.includes(word) ? vocabulary.indexOf(word) : 0;
      return vocabulary.map((_, i) => (i === place ? 1 : 0));
    });
    expect(ids).toEqual(rows.map((row) => row.indexOf(1)));
    const bag = vocabulary.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0));
    expect(counts).toEqual(bag);
    const zerosOf = (list: readonly number[]) => list.filter((value) => value === 0).length;
    expect(costs.rows).toEqual({
      width: size,
      numbers: rows.flat().length,
      zeros: zerosOf(rows.flat()),
      bytes: Float32Array.from(rows.flat()).byteLength,
    });
    expect(costs.bag).toEqual({
      width: size,
      numbers: size,
      zeros: zerosOf(bag),
      bytes: Float32Array.from(bag).byteLength,
    });
    const width = vectors.find((vector) => vector !== null)!.length;
    expect(costs.vectors).toEqual({
      width,
      numbers: width * words.length,
      zeros: 0,
      bytes: 4 * width * words.length,
    });
  }

  const drawnCosts = (page: Page) =>
    page.$$eval('[data-cost]', (rows) =>
      rows.map((row) =>
        [...row.querySelectorAll<HTMLElement>('[data-number]')].map((cell) =>
          Number(cell.dataset.number),
        ),
      ),
    );

  const expectDrawn = async (page: Page) => {
    const { ids, counts, costs } = await numbers(page);
    expect(await drawnCosts(page)).toEqual(
      [costs.rows, costs.bag, costs.vectors].map(({ width, numbers: all, zeros, bytes }) => [
        ...[width, all, zeros, bytes],
      ]),
    );
    const marks = await page.$$eval('.encoded tbody .sparse-row rect', (all) =>
      all.map((mark) => Number((mark as SVGElement).dataset.place)),
    );
    expect(marks).toEqual(ids);
    const bag = await page.$$eval('[data-part="bag"] rect', (all) =>
      all.map((mark) => [
        Number((mark as SVGElement).dataset.place),
        Number((mark as SVGElement).dataset.count),
      ]),
    );
    expect(bag).toEqual(counts.flatMap((count, place) => (count > 0 ? [[place, count]] : [])));
  };

  it('use the most frequent words, and give each word a place, a row and its share of the bag', async () => {
    const { page, errors } = shown();
    const found = await numbers(page);
    expect(found.words).toEqual(SENTENCE.split(' '));
    expect(found.vocabulary.length).toBe(300);
    const counts = countedWords();
    const [unknown, ...words] = found.vocabulary;
    expect(unknown).toBe('<unk>');
    const own = words.map((word) => counts.get(word)!);
    expect(own).toEqual(own.toSorted((a, b) => b - a));
    const others = [...counts].filter(([word]) => !words.includes(word));
    expect(Math.max(...others.map(([, count]) => count))).toBeLessThanOrEqual(own.at(-1)!);
    expectEncoded(found);
    expect(found.ids[1]).toBe(0);
    await expectDrawn(page);
    expect(errors).toEqual([]);
  });

  it('have the vectors of the translator’s file', async () => {
    const { page } = shown();
    const { words, vectors } = await numbers(page);
    const folder = join(root, 'demo/public/models/toy-transformer');
    const { tensors } = parseSafetensors(await readFile(join(folder, 'model.safetensors')));
    const name = 'src_embed.weight';
    const table = toFloat32(name, tensors.get(name)!);
    const { source } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    const size = vectors[0]!.length;
    for (const [i, word] of words.entries()) {
      const row = source.tokens.indexOf(word);
      if (row < 0) {
        expect(vectors[i]).toBe(null);
        continue;
      }
      // Rows in float32, times √128, plus positions of at most 1, and back: a few roundings of 2^-24.
      for (const [k, value] of vectors[i]!.entries()) {
        expect(Math.abs(value - table[row * size + k]!)).toBeLessThan(2e-6);
      }
    }
  });

  it('change with the size of the vocabulary', async () => {
    const { page } = shown();
    for (const size of [10, 1000]) {
      await page.$eval(
        '.slider input',
        (input, value) => {
          (input as HTMLInputElement).value = String(value);
          input.dispatchEvent(new Event('input', { bubbles: true }));
        },
        size,
      );
      const found = await numbers(page);
      expect(found.vocabulary.length).toBe(size);
      expectEncoded(found);
      await expectDrawn(page);
      await addressShows(page, `vocabulary=${size}`);
    }
  });

  it('follow the sentence, and fit on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill('she sleeps');
    await page.waitForFunction(() => document.querySelectorAll('.encoded tbody tr').length === 2);
    expectEncoded(await numbers(page));
    await clearSentence(page);
    await page.waitForFunction(
      () =>
        document.querySelectorAll('.encoded tbody tr').length !== 2 ||
        document.querySelector('[role="alert"]') !== null,
    );
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
