/** Figure 15 in headless Chrome: cosines are recomputed, and the lookup is the model's table. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../tools/environment.mjs';
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

interface Numbers {
  readonly stages: readonly string[];
  readonly word: string;
  readonly sentences: readonly {
    readonly text: string;
    readonly translation: string;
    readonly place: number;
    /** [stage][number]. */
    readonly vectors: readonly (readonly number[])[];
  }[];
  readonly other: readonly number[];
  readonly same: readonly number[];
}

/** float64 on both sides; only the order of sums may differ. */
const EXACT = 1e-12;
/** Two roundings to float32 of numbers up to about 4: of the sum with the position, and of each part. */
const ROUNDED = 1e-6;

function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    dot += x * b[i]!;
    aa += x * x;
    bb += b[i]! * b[i]!;
  }
  return dot / Math.sqrt(aa) / Math.sqrt(bb);
}

/** Checks the cosines, saved and drawn, and the lookups against the model's file. */
async function check(page: Page): Promise<Numbers> {
  const numbers = await figureNumbers<Numbers>(page);
  const [a, b, c] = numbers.sentences;
  const drawn = await page.$$eval('.stages tbody tr', (rows) =>
    rows.map((row) =>
      [...row.querySelectorAll<HTMLElement>('[data-cosine]')].map((one) =>
        Number(one.dataset.cosine),
      ),
    ),
  );
  expect(numbers.stages).toHaveLength(4);
  expect(drawn).toHaveLength(4);
  for (const stage of numbers.stages.keys()) {
    const wanted = [b, c].map((one) => cosine(a!.vectors[stage]!, one!.vectors[stage]!));
    for (const found of [[numbers.other[stage]!, numbers.same[stage]!], drawn[stage]!]) {
      expect(Math.abs(found[0]! - wanted[0]!)).toBeLessThan(EXACT);
      expect(Math.abs(found[1]! - wanted[1]!)).toBeLessThan(EXACT);
    }
  }
  expect(Math.abs(numbers.other[0]! - 1)).toBeLessThan(ROUNDED);
  expect(Math.abs(numbers.same[0]! - 1)).toBeLessThan(ROUNDED);
  const folder = join(root, 'demo/public/models/toy-transformer');
  const model = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  const { tensors } = parseSafetensors(await readFile(join(folder, 'model.safetensors')));
  const name = 'src_embed.weight';
  const table = toFloat32(name, defined(tensors.get(name), name));
  const size = a!.vectors[0]!.length;
  expect(size).toBe(model.config.modelSize);
  const row = model.source.tokens.indexOf(numbers.word) * size;
  for (const { text, place, vectors } of numbers.sentences) {
    expect(text.split(/\s+/u)[place]).toBe(numbers.word);
    for (const [i, x] of vectors[0]!.entries()) {
      const looked = table[row + i]! * Math.sqrt(size);
      expect(Math.abs(x - looked)).toBeLessThan(ROUNDED * Math.max(1, Math.abs(looked)));
      // The paper's sinusoids are what the second stage adds.
      const angle = place * 10000 ** ((-2 * Math.floor(i / 2)) / size);
      const position = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      expect(Math.abs(vectors[1]![i]! - x - position)).toBeLessThan(4 * ROUNDED);
    }
  }
  return numbers;
}

describe.runIf(isFull)('static and contextual vectors', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(15, { word: 'unheard' }));
    await figureReady(opened.page, 15);
  });

  const written = (page: Page) =>
    page.$$eval('.senses li', (items) =>
      items.map((item) => [...item.querySelectorAll('mark')].map((mark) => mark.textContent)),
    );

  const ready = (page: Page, word: string) =>
    page.waitForFunction(
      (wanted) =>
        document.querySelector('[data-figure="15"]')?.getAttribute('data-ready') === 'true' &&
        document.querySelector('.stages')?.closest('.scroll')?.ariaLabel?.includes(wanted),
      {},
      `“${word}”`,
    );

  it('are one vector at the lookup, and part by layers; two senses further than one', async () => {
    const { page, errors } = shown();
    const { word, sentences, other, same } = await check(page);
    expect(word).toBe('left');
    expect(sentences[0]?.translation).toContain('gauche');
    expect(sentences[1]?.translation).toContain('parti');
    expect(sentences[2]?.translation).toContain('gauche');
    expect((await written(page))[0]).toContain('gauche');
    expect(other[3]).toBeLessThan(0.85);
    expect(same[3]).toBeGreaterThan(0.95);
    for (const i of [1, 2, 3]) expect(other[i]).toBeLessThanOrEqual(other[i - 1]! + ROUNDED);
    expect(errors).toEqual([]);
  });

  it('follow the sentences, and say which lacks the word', async () => {
    const { page, errors } = shown();
    const before = await figureNumbers<Numbers>(page);
    await page.locator('[name="sentence-1"]').fill('she buys the left box');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.stages tbody tr:last-child [data-cosine]')].every(
        (one, _, [first]) =>
          (one as HTMLElement).dataset.cosine === (first as HTMLElement).dataset.cosine,
      ),
    );
    const after = await check(page);
    expect(after.sentences[1]?.text).toBe('she buys the left box');
    expect(after.other).toEqual(after.same);
    expect(after.same).toEqual(before.same);
    await addressShows(page, 'b=she');
    await page.locator('[name="sentence-1"]').fill('she sleeps');
    await page.waitForSelector('.senses li:nth-child(2) [role="alert"]');
    await page.locator('[name="sentence-1"]').fill(' ');
    await page.waitForFunction(() =>
      document.querySelector('.senses [role="alert"]')?.textContent?.includes('at least one word'),
    );
    await page.locator('[name="sentence-1"]').fill('the zebra left');
    await ready(page, 'left');
    await check(page);
    expect(errors).toEqual([]);
  });

  it('change with the word, and fit on a phone', async () => {
    const { page, errors } = shown();
    // The senses show in the French words: that of A and C, and that of B.
    const senses = [
      { word: 'right', first: /raison/u, second: /droite/u },
      { word: 'work', first: /march/u, second: /travaill/u },
      { word: 'know', first: /sais|savons/u, second: /connaissons/u },
      { word: 'light', first: /léger/u, second: /lumière/u },
    ];
    for (const { word, first, second } of senses) {
      await page.select('.controls select', word);
      await ready(page, word);
      const { other, same, sentences, ...numbers } = await check(page);
      expect(numbers.word).toBe(word);
      expect(other[3]).toBeLessThan(same[3]! - 0.02);
      const [a, b, c] = sentences.map(({ translation }) => translation);
      expect(a).toMatch(first);
      expect(b).toMatch(second);
      expect(c).toMatch(first);
    }
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
