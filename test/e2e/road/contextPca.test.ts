/** Figure 12 in headless Chrome: vectors, planes, nearest sentences and distances are recomputed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { tellingsOf, toyEvents } from 'qkv/toy';
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
import { finalStates } from '../../support/lstmReference';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';
import { symmetricEigen } from '../../support/symmetricEigen';

type Rows = readonly (readonly number[])[];

interface Compared {
  readonly plane: { readonly components: Rows; readonly explained: readonly number[] };
  readonly vectors: Rows;
  readonly places: Rows;
  readonly nearest: readonly { readonly index: number; readonly distance: number }[];
  readonly distances: Readonly<Record<'sameMeaning' | 'sameWords' | 'sameOrder', number>>;
}

interface Numbers {
  readonly verb: string;
  readonly sentences: readonly { readonly text: string; readonly voice: string }[];
  readonly phrases: readonly string[];
  readonly words: readonly string[];
  readonly network: Compared;
  readonly bag: Compared;
}

/** float64 on both sides; only the order of sums may differ. */
const EXACT = 1e-9;
/** Of float32 components that repeated squaring finds, relative to what they measure. */
const SQUARED = 2e-3;

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

const apart = (a: readonly number[], b: readonly number[]) =>
  Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));

function centred(rows: Rows): Rows {
  const mean = rows[0]!.map((_, c) => rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length);
  return rows.map((row) => row.map((x, c) => x - mean[c]!));
}

/** Checks that a plane is that of the two largest variances, and the places on it. */
function checkPlane({ plane, vectors, places }: Compared, sentences: number): void {
  const [first, second] = plane.components;
  const size = first!.length;
  const rows = centred(vectors.slice(0, sentences).map((row) => row.slice(0, size)));
  const { values } = symmetricEigen(rows.map((a) => rows.map((b) => dot(a, b))));
  const total = values.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(dot(first!, second!))).toBeLessThan(SQUARED);
  for (const [k, axis] of plane.components.entries()) {
    expect(Math.abs(dot(axis, axis) - 1)).toBeLessThan(1e-5);
    expect(Math.abs(plane.explained[k]! - values[k]! / total)).toBeLessThan(SQUARED);
    const along = rows.map((row) => dot(row, axis));
    // The variance along the axis, and that the axis is an eigenvector: Xᵀ(Xu) = λu.
    expect(Math.abs(dot(along, along) / values[k]! - 1)).toBeLessThan(SQUARED);
    const image = axis.map((_, c) => rows.reduce((sum, row, i) => sum + row[c]! * along[i]!, 0));
    const residual = apart(
      image,
      axis.map((x) => x * values[k]!),
    );
    expect(residual / values[0]!).toBeLessThan(SQUARED);
  }
  const mean = vectors[0]!
    .slice(0, size)
    .map((_, c) => vectors.slice(0, sentences).reduce((sum, row) => sum + row[c]! / sentences, 0));
  for (const [i, vector] of vectors.entries()) {
    const moved = vector.slice(0, size).map((x, c) => x - mean[c]!);
    for (const [k, axis] of plane.components.entries()) {
      // The mean of the plane is one of float32.
      expect(Math.abs(places[i]![k]! - dot(moved, axis))).toBeLessThan(1e-4);
    }
  }
}

function checkNearest({ vectors, nearest, distances }: Compared, sentences: Numbers['sentences']) {
  const base = vectors.slice(0, sentences.length);
  for (const [i, found] of nearest.entries()) {
    const all = base.map((row) => apart(row, vectors[sentences.length + i]!));
    expect(Math.abs(found.distance - Math.min(...all))).toBeLessThan(EXACT);
    expect(Math.abs(all[found.index]! - found.distance)).toBeLessThan(EXACT);
  }
  // Four sentences of each event: active and passive of one doer, then of the other.
  const mean = (pairs: readonly (readonly [number, number])[]) => {
    let [sum, count] = [0, 0];
    for (let event = 0; event < base.length; event += 4) {
      for (const [a, b] of pairs) {
        sum += apart(base[event + a]!, base[event + b]!);
        count++;
      }
    }
    return sum / count;
  };
  const wanted = {
    sameMeaning: mean([
      [0, 1],
      [2, 3],
    ]),
    sameWords: mean([
      [0, 2],
      [1, 3],
    ]),
    sameOrder: mean([
      [0, 3],
      [1, 2],
    ]),
  };
  for (const [name, value] of Object.entries(wanted)) {
    expect(Math.abs(distances[name as keyof typeof wanted] - value)).toBeLessThan(EXACT);
  }
}

async function check(page: Page): Promise<Numbers> {
  const numbers = await figureNumbers<Numbers>(page);
  const { sentences, phrases, words } = numbers;
  const texts = [...sentences.map(({ text }) => text), ...phrases];
  for (const [i, text] of texts.entries()) {
    const counts = words.map((word) => text.split(' ').filter((other) => other === word).length);
    expect(numbers.bag.vectors[i]).toEqual(counts);
  }
  const drawn = await page.$$eval('.planes > section', (sections) =>
    sections.map((section) =>
      [...section.querySelectorAll<SVGElement>('.plane .point')].map(({ dataset }) => [
        Number(dataset.x),
        Number(dataset.y),
      ]),
    ),
  );
  for (const [i, compared] of [numbers.network, numbers.bag].entries()) {
    checkPlane(compared, sentences.length);
    checkNearest(compared, sentences);
    expect(drawn[i]).toEqual(compared.places);
  }
  const told = await page.$$eval('[data-nearest="network"]', (cells) =>
    cells.map((cell) => cell.firstChild?.textContent),
  );
  expect(told).toEqual(numbers.network.nearest.map(({ index }) => sentences[index]?.text));
  return numbers;
}

describe.runIf(isFull)('what one vector captures', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(12, { verb: 'nothing' }));
    await figureReady(opened.page, 12);
  });

  /** Waits until this many phrases have their nearest sentences. */
  const read = (page: Page, count: number) =>
    page.waitForFunction(
      (all) => document.querySelectorAll('[data-nearest="network"]').length === all,
      {},
      count,
    );

  it('is shown by the states of the encoder, on their plane', async () => {
    const { page, errors } = shown();
    await read(page, 2);
    const { verb, sentences, phrases, network, bag } = await check(page);
    expect(verb).toBe('see');
    // The grammar's own sentences of these events.
    const known = new Set(
      toyEvents().flatMap((event) => tellingsOf(event).map(({ pair }) => pair.source.join(' '))),
    );
    expect(sentences).toHaveLength(12);
    for (const { text } of sentences) expect(known).toContain(text);
    const folder = join(root, 'demo/public/models/toy-seq2seq');
    const model = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    const file = await readFile(join(folder, 'model.safetensors'));
    const texts = [...sentences.map(({ text }) => text), ...phrases];
    for (const [i, text] of texts.entries()) {
      const wanted = finalStates(file, model.source.tokens, text.split(' '));
      expect(network.vectors[i]).toHaveLength(wanted.length);
      for (const [c, x] of wanted.entries()) {
        // float32 gates, over up to eight steps, of cells up to about 5.
        expect(Math.abs(network.vectors[i]![c]! - x)).toBeLessThan(1e-4);
      }
    }
    // What the text says: words rather than meaning.
    expect(network.distances.sameMeaning).toBeGreaterThan(1.4 * network.distances.sameWords);
    expect(network.distances.sameWords).toBeGreaterThan(0);
    expect(bag.distances.sameWords).toBe(0);
    expect(errors).toEqual([]);
  });

  it('takes phrases, and leaves the plane where it is', async () => {
    const { page, errors } = shown();
    const before = await figureNumbers<Numbers>(page);
    await page.type('[name="phrase"]', '  A dog sees  the cat ');
    await page.keyboard.press('Enter');
    await read(page, 3);
    const after = await check(page);
    expect(after.phrases.at(-1)).toBe('a dog sees the cat');
    expect(after.network.plane).toEqual(before.network.plane);
    expect(after.network.places.slice(0, 12)).toEqual(before.network.places.slice(0, 12));
    await page.click('[name="sentence"]');
    await read(page, 4);
    await page.type('[name="phrase"]', 'the zebra sees the dog');
    await page.keyboard.press('Enter');
    await read(page, 5);
    const text = await page.$eval('[data-table="phrases"]', (table) => table.textContent);
    expect(text).toContain('does not know: zebra');
    await check(page);
    while ((await page.$('.remove')) !== null) await page.click('.remove');
    expect((await check(page)).phrases).toEqual([]);
    await addressShows(page, 'phrases=%7C');
    expect(errors).toEqual([]);
  });

  it('changes with the verb, and fits on a phone', async () => {
    const { page, errors } = shown();
    await page.select('.controls select', 'follow');
    await page.waitForSelector('[data-figure="12"][data-ready="false"]');
    await figureReady(page, 12);
    const { verb, sentences } = await check(page);
    expect(verb).toBe('follow');
    expect(sentences[0]?.text).toBe('the boy follows the horse');
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
