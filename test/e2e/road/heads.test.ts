/** Figure 22 in headless Chrome: its scores and arrows are counted again from the weights it saves. */
import type { Page } from 'puppeteer';
import { type ToyPair, toyPairs } from 'qkv/toy';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

interface Numbers {
  readonly relation: string;
  readonly head: number;
  readonly bestHead: number;
  readonly sentences: number;
  readonly scores: readonly {
    readonly rows: number;
    readonly hits: number;
    readonly weight: number;
  }[];
  readonly isKnown: boolean;
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly weights: readonly (readonly (readonly number[])[])[];
}

/** Sentences of the grammar, the first of which the figure scores. */
const PAIRS = toyPairs({ seed: 3, split: 'test', count: 60 });
const SCORED = 3;

/**
 * The words that a row is to look at, by the grammar's own structures; in the decoder row and column
 * 0 are the beginning.
 */
const TRUTH: readonly {
  readonly name: string;
  /** Its place in the figure's list. */
  readonly place: number;
  readonly rows: (pair: ToyPair) => number;
  readonly related: (pair: ToyPair, row: number) => readonly number[];
}[] = [
  {
    name: 'encoder: dependency head',
    place: 3,
    rows: ({ source }) => source.length,
    related: ({ sourceHeads }, row) => [sourceHeads[row]!].filter((head) => head >= 0),
  },
  {
    name: 'encoder: next word',
    place: 2,
    rows: ({ source }) => source.length,
    related: ({ source }, row) => (row + 1 < source.length ? [row + 1] : []),
  },
  {
    name: 'decoder: a dependent before',
    place: 8,
    rows: ({ target }) => target.length + 1,
    related: ({ targetHeads }, row) => {
      const found: number[] = [];
      for (let word = 0; word < row - 1; word++) {
        if (targetHeads[word] === row - 1) found.push(word + 1);
      }
      return found;
    },
  },
  {
    name: 'cross: source of the word to come',
    place: 12,
    rows: ({ target }) => target.length + 1,
    related: ({ alignment }, row) => alignment.filter(([, t]) => t === row).map(([s]) => s),
  },
];

/** The first column of the largest weight among those that a row sees. */
function argmax(row: readonly number[], columns: number): number {
  let best = 0;
  for (let j = 1; j < columns; j++) if (row[j]! > row[best]!) best = j;
  return best;
}

const isDecoder = (name: string) => name.startsWith('decoder');

describe.runIf(isFull)('what heads learn', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  const numbers = (page: Page) => figureNumbers<Numbers>(page);
  const hash = (page: Page) => page.evaluate(() => location.hash);
  const select = (page: Page, place: number) => page.select('.controls select', String(place));

  /** Types a sentence and waits until the figure shows it. */
  async function type(page: Page, text: string, key: string): Promise<void> {
    await page.locator('#sentence').fill(text);
    await page.waitForFunction(
      (word) =>
        [...document.querySelectorAll('.looks tbody th')].some((one) => one.textContent === word),
      {},
      key,
    );
  }

  beforeAll(async () => {
    const text = PAIRS[0]!.source.join(' ');
    const address = figureAddress(22, { text, sentences: String(SCORED), relation: '3' });
    opened = await site.open(undefined, address);
    await figureReady(opened.page, 22);
  });

  const arrows = (page: Page) =>
    page.$$eval('.arrow[data-row]', (all) =>
      all.map((one) => {
        const { row, column, verdict } = (one as SVGElement).dataset;
        return { row: Number(row), column: Number(column), verdict };
      }),
    );

  it('is counted over the sentences of the grammar, for every head', async () => {
    const { page, errors } = shown();
    const counted = TRUTH.map(() =>
      Array.from({ length: 8 }, () => ({ rows: 0, hits: 0, weight: 0 })),
    );
    for (const pair of PAIRS.slice(0, SCORED)) {
      await page.locator('#sentence').fill(pair.source.join(' '));
      await page.waitForFunction(
        (count) => document.querySelectorAll('.looks tbody tr').length === count,
        {},
        TRUTH.find(({ place }) => String(place) === '3')!.rows(pair),
      );
      const source = async () => (await numbers(page)).source;
      await expect.poll(source, { timeout: 20_000 }).toEqual(pair.source);
      for (const [i, { name, place, rows, related }] of TRUTH.entries()) {
        await select(page, place);
        const found = await numbers(page);
        expect(found.relation).toBe(name);
        expect(found.isKnown).toBe(true);
        expect(found.source).toEqual(pair.source);
        expect(found.target).toEqual(pair.target);
        expect(found.weights).toHaveLength(8);
        for (const [head, weights] of found.weights.entries()) {
          const sum = counted[i]![head]!;
          for (let row = 0; row < rows(pair); row++) {
            const truth = related(pair, row);
            if (truth.length === 0) continue;
            const columns = isDecoder(name) ? row + 1 : pair.source.length + 1;
            sum.rows++;
            if (truth.includes(argmax(weights[row]!, columns))) sum.hits++;
            for (const column of truth) sum.weight += weights[row]![column]!;
          }
        }
      }
      await select(page, 3);
    }
    for (const [i, { place, name }] of TRUTH.entries()) {
      await select(page, place);
      const { scores, sentences, head, bestHead } = await numbers(page);
      expect(sentences).toBe(SCORED);
      const parts = counted[i]!.map(({ hits, rows }) => hits / rows);
      for (const [one, { rows, hits, weight }] of counted[i]!.entries()) {
        expect(scores[one]!.rows).toBe(rows);
        expect(scores[one]!.hits).toBe(hits);
        // The same float32 weights, added in float64 in another order.
        expect(Math.abs(scores[one]!.weight - weight)).toBeLessThan(1e-9);
      }
      const drawn = await page.$$eval(`tr[data-relation="${name}"] td[data-part]`, (cells) =>
        cells.map((cell) => Number((cell as HTMLElement).dataset.part)),
      );
      expect(drawn).toEqual(parts);
      expect(bestHead).toBe(parts.indexOf(Math.max(...parts)));
      expect(head).toBe(bestHead);
    }
    expect(errors).toEqual([]);
  });

  it('draws where each word looks most, and whether the grammar agrees', async () => {
    const { page } = shown();
    const pair = PAIRS[SCORED - 1]!;
    for (const { name, place, rows, related } of TRUTH) {
      await select(page, place);
      const { weights, head } = await numbers(page);
      const drawn = await arrows(page);
      expect(drawn).toHaveLength(rows(pair));
      for (const { row, column, verdict } of drawn) {
        const columns = isDecoder(name) ? row + 1 : pair.source.length + 1;
        expect(column).toBe(argmax(weights[head]![row]!, columns));
        const truth = related(pair, row);
        const expected = truth.includes(column) ? 'right' : 'wrong';
        expect(verdict).toBe(truth.length === 0 ? 'none' : expected);
      }
    }
  });

  it('draws the head of the cell that is chosen, until another relation is', async () => {
    const { page } = shown();
    await page.click('tr[data-shown="true"] td:nth-of-type(5) button');
    expect((await numbers(page)).head).toBe(4);
    expect(await hash(page)).toContain('head=4');
    await select(page, 3);
    const { head, bestHead } = await numbers(page);
    expect(head).toBe(bestHead);
    expect(await hash(page)).not.toContain('head=');
  });

  it('goes on and stops where the visitor says so', async () => {
    const { page, errors } = shown();
    const done = () => page.$eval('.measuring', (one) => Number((one as HTMLElement).dataset.done));
    await page.click('[data-action="more"]');
    await page.waitForFunction(
      (least) => Number(document.querySelector<HTMLElement>('.measuring')?.dataset.done) > least,
      {},
      SCORED,
    );
    await page.click('[data-action="stop"]');
    const stopped = await done();
    expect(stopped).toBeLessThan(SCORED + 50);
    expect((await numbers(page)).sentences).toBe(stopped);
    await page.click('[data-action="more"]');
    await page.waitForSelector('.measuring[data-running="false"]');
    const { sentences, scores } = await numbers(page);
    expect(sentences).toBe(stopped + 50);
    let words = 0;
    for (const { sourceHeads } of toyPairs({ seed: 3, split: 'test', count: sentences })) {
      for (const head of sourceHeads) if (head >= 0) words++;
    }
    for (const { rows } of scores) expect(rows).toBe(words);
    expect(errors).toEqual([]);
  });

  it('judges no arrow of a sentence that the grammar does not know, except by place', async () => {
    const { page, errors } = shown();
    await type(page, 'the zebra sees anna', 'zebra');
    expect(new Set((await arrows(page)).map(({ verdict }) => verdict))).toEqual(
      new Set(['unknown']),
    );
    expect((await numbers(page)).isKnown).toBe(false);
    await select(page, 2);
    const drawn = await arrows(page);
    expect(drawn.map(({ row }) => row)).toEqual([0, 1, 2, 3]);
    for (const { row, column, verdict } of drawn) {
      const expected = column === row + 1 ? 'right' : 'wrong';
      expect(verdict).toBe(row === 3 ? 'none' : expected);
    }
    expect(errors).toEqual([]);
  });

  it('says what is missing in an empty sentence, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.locator('#sentence').fill(' ');
    await page.waitForSelector('.figure [role="alert"]');
    await page.click('[data-action="another"]');
    await page.waitForFunction(() => document.querySelector('.figure [role="alert"]') === null);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
