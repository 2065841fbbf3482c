/** Figure 24 in headless Chrome: its numbers are those of the models' own files. */
import { readFile, stat } from 'node:fs/promises';
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import {
  addressShows,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import { isFull } from '../../support/sample';
import { useSite } from '../../support/site';

const MODELS = ['seq2seq', 'bahdanau', 'transformer', 'gpt', 'bert', 'bart'].map(
  (name) => `toy-${name}`,
);

type Figures = Readonly<
  Partial<Record<'seconds' | 'bleu' | 'perplexity' | 'maskedAccuracy' | 'restored', number>>
>;

/** The number of elements of all tensors, as the header of the weights says. */
async function countWeights(file: string): Promise<number> {
  const bytes = await readFile(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Readonly<
    Record<string, { readonly shape?: readonly number[] }>
  >;
  return Object.values(header).reduce(
    (sum, { shape }) => sum + (shape?.reduce((product, size) => product * size, 1) ?? 0),
    0,
  );
}

const drawnRow = (page: Page, name: string) =>
  page.$$eval(`[data-row="${name}"] td[data-column]`, (cells) =>
    Object.fromEntries(
      cells.flatMap(({ dataset }) =>
        dataset.value === undefined ? [] : [[dataset.column ?? '', Number(dataset.value)]],
      ),
    ),
  );

const drawnOrder = (page: Page) =>
  page.$$eval('[data-row]', (rows) => rows.map((row) => row.getAttribute('data-row')));

describe.runIf(isFull)('the road in one table', () => {
  const site = useSite();

  it('has the numbers of the files, and sorts by them', async () => {
    const { page, errors } = await site.open(undefined, figureAddress(24));
    await figureReady(page, 24);
    expect(await drawnOrder(page)).toEqual(MODELS);
    const found = new Map<string, Readonly<Record<string, number>>>();
    for (const name of MODELS) {
      const folder = `demo/public/models/${name}`;
      const text = await readFile(`${folder}/training.json`, 'utf8');
      const { figures } = JSON.parse(text) as { readonly figures: Figures };
      const part = figures.maskedAccuracy ?? figures.restored;
      const drawn = await drawnRow(page, name);
      found.set(name, drawn);
      expect(drawn.parameters).toBe(await countWeights(`${folder}/model.safetensors`));
      expect(drawn.bytes).toBe((await stat(`${folder}/model.safetensors`)).size);
      expect(drawn.seconds).toBe(figures.seconds);
      expect(drawn.bleu).toBe(figures.bleu);
      expect(drawn.perplexity).toBe(figures.perplexity);
      expect(drawn.found).toBe(part && 100 * part);
      // The card, which people read, says the same.
      const card = await readFile(`${folder}/card.md`, 'utf8');
      expect(card).toContain(`| parameters | ${drawn.parameters} |`);
      if (drawn.bleu !== undefined) expect(card).toContain(`| ${drawn.bleu.toFixed(1)} |`);
    }
    const { rows } = await figureNumbers<{
      readonly rows: readonly Readonly<Record<string, number | string>>[];
    }>(page);
    expect(rows.map(({ parameters }) => parameters)).toEqual(
      MODELS.map((name) => found.get(name)?.parameters),
    );
    for (const column of ['bleu', 'perplexity', 'parameters', 'seconds', 'bytes', 'found']) {
      for (const order of ['first', 'second']) {
        await page.click(`[data-sort="${column}"]`);
        const sort = await page.$eval(`th:has([data-sort="${column}"])`, (head) =>
          head.getAttribute('aria-sort'),
        );
        const values = (await drawnOrder(page)).map((name) => found.get(name ?? '')?.[column]);
        const known = values.filter((value) => value !== undefined);
        expect(values.slice(0, known.length), `${column}, ${order} click`).toEqual(known);
        const sign = sort === 'descending' ? -1 : 1;
        expect(known).toEqual([...known].sort((a, b) => sign * (a - b)));
      }
    }
    await addressShows(page, 'sort=found');
    const [before, after] = ['toy-seq2seq', 'toy-bahdanau'].map((name) =>
      defined(found.get(name)?.bleu, name).toFixed(1),
    );
    const gain = await page.$eval('[data-step="toy-bahdanau"] .gain', (one) => one.textContent);
    expect(gain).toBe(`BLEU ${before} → ${after}.`);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });

  it('lists what was trained in this browser, and leaves out what is damaged', async () => {
    const run = {
      ...{ name: 'mine <b>', kind: 'transformer', adapter: 'a GPU' },
      ...{ parameters: 1234, seconds: 60, bytes: 4936, bleu: 42 },
    };
    const { page, errors } = await site.open(
      (fresh) =>
        fresh.evaluateOnNewDocument(
          (text) => localStorage.setItem('qkv.trained', text),
          JSON.stringify([run, { ...run, name: 'other', bytes: 'many' }, null]),
        ),
      figureAddress(24, { sort: 'parameters', order: 'rising' }),
    );
    await figureReady(page, 24);
    const order = await drawnOrder(page);
    expect(order).toHaveLength(MODELS.length + 1);
    expect(order[0]).toBe('mine <b>');
    const text = await page.$eval('[data-row] th', (head) => head.firstChild?.textContent);
    expect(text).toBe('mine <b>');
    expect(errors).toEqual([]);
  });
});
