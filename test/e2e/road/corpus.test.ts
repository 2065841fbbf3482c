/** Figure 1 in headless Chrome: its sentences, trees and counterparts are those of the grammar. */
import type { Page } from 'puppeteer';
import { type ToyPair, toyPairs } from 'qkv/toy';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

interface Node {
  readonly kind: string;
  readonly head: number;
  readonly words: readonly number[];
  readonly children: readonly (Node | number)[];
}

interface Numbers extends ToyPair {
  readonly corpus: Readonly<Record<string, number>>;
  readonly index: number;
  readonly tree: Node;
  readonly chosen: readonly number[];
  readonly head: number;
  readonly counts: { readonly count: number; readonly counterparts: readonly [string, number][] };
  readonly word: string;
  readonly yours: readonly (readonly [string, number])[];
}

/** Indices of the leaves of a tree, from left to right. */
function leaves(node: Node | number): readonly number[] {
  return typeof node === 'number' ? [node] : node.children.flatMap(leaves);
}

/** All phrases of a tree. */
function phrases(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap((one) => (typeof one === 'number' ? [] : phrases(one)))];
}

/** The French words that are lit, and those that are heads. */
async function lit(page: Page) {
  const of = (selector: string) =>
    page.$$eval(selector, (parts) =>
      parts.map((one) => Number((one as SVGElement & { dataset: DOMStringMap }).dataset.french)),
    );
  return { words: await of('.french.lit'), heads: await of('.french.head') };
}

/** What the alignment says of some words, by plain loops. */
function expectedOf(pair: ToyPair, words: readonly number[]) {
  const found: number[] = [];
  for (let t = 0; t < pair.target.length; t++) {
    for (const [from, to] of pair.alignment) {
      if (to === t && words.includes(from) && !found.includes(t)) found.push(t);
    }
  }
  return { words: found, heads: found.filter((t) => !found.includes(pair.targetHeads[t]!)) };
}

describe.runIf(isFull)('language as data', () => {
  const site = useSite({ keepPages: true });
  const pairs = toyPairs({ seed: 1, split: 'train', count: 1000 });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(1));
    await figureReady(opened.page, 1);
  });
  const numbers = () => figureNumbers<Numbers>(shown().page);

  it('shows pairs of the grammar, and counts them', async () => {
    const { corpus, index, source, target, alignment } = await numbers();
    const pair = pairs[index]!;
    expect({ source, target, alignment }).toEqual({
      source: pair.source,
      target: pair.target,
      alignment: pair.alignment,
    });
    const english = pairs.flatMap((one) => one.source);
    expect(corpus).toMatchObject({ pairs: 1000, english: english.length });
    expect(corpus.distinctEnglish).toBe(new Set(english).size);
  });

  it('has trees whose leaves are the words, and whose phrases are heads with what depends on them', async () => {
    const { page } = shown();
    for (let i = 0; i < 8; i++) {
      const { tree, source, sourceHeads } = await numbers();
      expect(leaves(tree)).toEqual(source.map((_, at) => at));
      for (const { words, head } of phrases(tree)) {
        for (const word of words) {
          if (word === head) continue;
          expect(words).toContain(sourceHeads[word]);
        }
      }
      const drawn = await page.$$eval('.pair-tree .english text:first-of-type', (texts) =>
        texts
          .map((one) => [Number(one.getAttribute('x')), one.textContent] as const)
          .toSorted((a, b) => a[0] - b[0])
          .map(([, text]) => text),
      );
      expect(drawn).toEqual(source);
      await page.click('.stepper button:last-of-type');
    }
  });

  it('lights up the French words of each phrase and word, and their heads', async () => {
    const { page } = shown();
    const { index } = await numbers();
    const pair = pairs[index]!;
    const parts = await page.$$eval('.pair-tree [data-words]', (all) =>
      all.map((one) => one.getAttribute('data-words') ?? ''),
    );
    expect(parts.length).toBeGreaterThan(pair.source.length);
    for (const part of parts) {
      // By the keyboard, which does what a click does.
      await page.$eval(`.pair-tree [data-words="${part}"]`, (one) => (one as SVGElement).focus());
      await page.keyboard.press('Enter');
      const pressed = `.pair-tree [data-words="${part}"][aria-pressed="true"]`;
      await page.waitForSelector(pressed, { timeout: 20_000 });
      const words = part.split(',').map(Number);
      expect(await lit(page)).toEqual(expectedOf(pair, words));
      const lines = await page.$$eval('.link.lit', (all) => all.length);
      expect(lines).toBe(pair.alignment.filter(([from]) => words.includes(from)).length);
    }
  });

  it('counts a word and its counterparts, and the words of the sentence', async () => {
    const { page } = shown();
    await page.locator('#sentence').fill('the cat flies');
    await page.waitForSelector('[data-part="yours"] [data-word="flies"]');
    const { word, counts, yours } = await numbers();
    const count = (asked: string) =>
      pairs.flatMap(({ source }) => source).filter((one) => one === asked).length;
    expect(counts.count).toBe(count(word));
    for (const [french, times] of counts.counterparts) {
      let found = 0;
      for (const { source, target, alignment } of pairs) {
        for (const [from, to] of alignment) {
          if (source[from] === word && target[to] === french) found++;
        }
      }
      expect(times).toBe(found);
    }
    expect(yours).toEqual([
      ['the', count('the')],
      ['cat', count('cat')],
      ['flies', 0],
    ]);
  });

  it('is in the address, and anything else there is ignored', async () => {
    const { page } = await site.open(undefined, figureAddress(1, { pair: '6', words: '0-0' }));
    await figureReady(page, 1);
    expect(await figureNumbers<Numbers>(page)).toMatchObject({ index: 6, chosen: [0], head: 0 });
    const other = await site.open(undefined, figureAddress(1, { pair: '-6', words: '9-<b>' }));
    await figureReady(other.page, 1);
    expect(await figureNumbers<Numbers>(other.page)).toMatchObject({ index: 10 });
    expect(other.errors).toEqual([]);
  });

  it('fits on a phone', async () => {
    const { page, errors } = shown();
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
