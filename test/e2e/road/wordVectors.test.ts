/** Figure 5 in headless Chrome: what it shows of word vectors in training is recomputed in float64. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import {
  addressShows,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import { type OpenPage, useSite } from '../../support/site';
import { symmetricEigen } from '../../support/symmetricEigen';

type Rows = readonly (readonly number[])[];

interface Near {
  readonly word: string;
  readonly cosine: number;
}

interface Numbers {
  readonly step: number;
  readonly loss: number;
  readonly words: readonly string[];
  readonly vectors: Rows;
  readonly map: readonly string[];
  readonly axes: Rows;
  readonly explained: readonly number[];
  readonly places: Rows;
  readonly word: string;
  readonly neighbours: readonly Near[];
  readonly sum: { readonly words: readonly string[]; readonly neighbours: readonly Near[] };
  readonly pictures: readonly {
    readonly step: number;
    readonly loss: number;
    readonly axes: Rows;
  }[];
}

const PERSONS = new Set(
  'boy girl man woman child king queen father mother brother sister uncle aunt actress boys girls men women children kings queens fathers mothers brothers sisters uncles aunts actresses marie anna julie paul victor thomas he she'.split(
    ' ',
  ),
);

describe('word vectors', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(5));
  });

  const dot = (a: readonly number[], b: readonly number[]) => {
    let sum = 0;
    for (const [i, x] of a.entries()) sum += x * b[i]!;
    return sum;
  };
  const unit = (vector: readonly number[]) => {
    const length = Math.sqrt(dot(vector, vector));
    return vector.map((x) => x / length);
  };
  const rowOf = ({ words, vectors }: Numbers, word: string) => vectors[words.indexOf(word)]!;

  /** All words by their cosine to a vector, from the nearest. */
  function ranked(numbers: Numbers, query: readonly number[], without: readonly string[]): Near[] {
    return numbers.words
      .map((word) => ({ word, cosine: dot(unit(query), unit(rowOf(numbers, word))) }))
      .filter(({ word }) => !without.includes(word))
      .sort((a, b) => b.cosine - a.cosine);
  }

  function expectNear(found: readonly Near[], expected: readonly Near[]) {
    for (const [i, { word, cosine }] of found.entries()) {
      expect(word).toBe(expected[i]!.word);
      expect(Math.abs(cosine - expected[i]!.cosine)).toBeLessThan(1e-12);
    }
  }

  const places = (page: Page) =>
    page.$$eval('.word-map .point', (points) =>
      points.map((point) => {
        const { word, x, y } = (point as SVGElement).dataset;
        return { word, place: [Number(x), Number(y)], at: (point as SVGElement).style.transform };
      }),
    );

  it('move while they are trained, at most four times a second, and their axes do not flip', async () => {
    const { page, errors } = shown();
    await page.waitForSelector('[data-state="running"]');
    const before = await places(page);
    expect(before.length).toBeGreaterThan(60);
    const times = await page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          const seen: number[] = [];
          const observer = new MutationObserver(() => {
            seen.push(performance.now());
            if (document.querySelector('[data-state="paused"]') === null) return;
            observer.disconnect();
            resolve(seen);
          });
          const status = document.querySelector('[data-step]')!;
          observer.observe(status, {
            attributes: true,
            attributeFilter: ['data-step', 'data-state'],
          });
        }),
    );
    // On the whole: single messages to a busy page may come late. Timers may fire a little early.
    const whole = times.at(-1)! - times[0]!;
    expect(whole / (times.length - 1)).toBeGreaterThan(240);
    await figureReady(page, 5);
    const after = await places(page);
    expect(after.map(({ word }) => word)).toEqual(before.map(({ word }) => word));
    const moved = after.filter(({ at }, i) => at !== before[i]!.at);
    expect(moved.length).toBeGreaterThan(60);

    const { pictures, step } = await figureNumbers<Numbers>(page);
    expect(step).toBe(300);
    expect(pictures.map((one) => one.step)).toEqual(Array.from({ length: 16 }, (_, i) => 20 * i));
    expect(pictures.at(-1)!.loss).toBeLessThan(pictures[1]!.loss - 0.3);
    for (const [i, { axes }] of pictures.slice(1).entries()) {
      for (const [axis, row] of axes.entries()) {
        expect(dot(row, pictures[i]!.axes[axis]!)).toBeGreaterThan(0);
      }
    }
    expect(errors).toEqual([]);
  });

  it('lie where their principal components in float64 put them', async () => {
    const { page } = shown();
    const numbers = await figureNumbers<Numbers>(page);
    const rows = numbers.map.map((word) => unit(rowOf(numbers, word)));
    const [n, d] = [rows.length, rows[0]!.length];
    const mean = Array.from({ length: d }, (_, i) =>
      rows.reduce((sum, row) => sum + row[i]! / n, 0),
    );
    const centred = rows.map((row) => row.map((x, i) => x - mean[i]!));
    const covariance = mean.map((_, i) =>
      mean.map((__, j) => centred.reduce((sum, row) => sum + (row[i]! * row[j]!) / (n - 1), 0)),
    );
    const { values, vectors } = symmetricEigen(covariance);
    const total = values.reduce((sum, value) => sum + value, 0);
    const drawn = await places(page);
    for (const axis of [0, 1]) {
      // The two axes may have changed places, which keeps them from jumping.
      const own = [0, 1].find((k) => Math.abs(dot(vectors[k]!, numbers.axes[axis]!)) > 0.9)!;
      const direction = vectors[own]!.map(
        (x) => x * Math.sign(dot(vectors[own]!, numbers.axes[axis]!)),
      );
      // Eigenvectors of float32 covariances turn by their rounding over the gap of the variances.
      const gap = Math.min(
        ...values.flatMap((value, k) => (k === own ? [] : [Math.abs(value - values[own]!)])),
      );
      const tolerance = (256 * 2 ** -24 * values[0]!) / gap + 1e-5;
      expect(tolerance).toBeLessThan(0.01);
      expect(Math.abs(numbers.explained[axis]! - values[own]! / total)).toBeLessThan(tolerance);
      for (const [i, row] of centred.entries()) {
        const expected = dot(row, direction);
        expect(Math.abs(numbers.places[i]![axis]! - expected)).toBeLessThan(tolerance);
        expect(drawn[i]!.word).toBe(numbers.map[i]);
        expect(drawn[i]!.place[axis]).toBe(numbers.places[i]![axis]);
      }
    }
  });

  it('have the neighbours and the sums that all cosines give; near to king are persons', async () => {
    const { page } = shown();
    const numbers = await figureNumbers<Numbers>(page);
    expect(numbers.word).toBe('king');
    const near = ranked(numbers, rowOf(numbers, 'king'), ['king']);
    expectNear(numbers.neighbours, near);
    const persons = near.slice(0, 8).filter(({ word }) => PERSONS.has(word));
    expect(persons.length).toBeGreaterThanOrEqual(6);
    const shownWords = await page.$$eval('[data-part="neighbours"] [data-near]', (items) =>
      items.map((item) => (item as HTMLElement).dataset.near),
    );
    expect(shownWords).toEqual(near.slice(0, 8).map(({ word }) => word));

    await page.locator('[data-part="neighbours"] input').fill('bread');
    for (const [i, word] of ['cats', 'cat', 'dog'].entries()) {
      await page.locator(`[data-part="sum"] label:nth-of-type(${i + 1}) input`).fill(word);
    }
    const changed = await figureNumbers<Numbers>(page);
    expectNear(changed.neighbours, ranked(changed, rowOf(changed, 'bread'), ['bread']));
    const [a, b, c] = ['cats', 'cat', 'dog'].map((word) => unit(rowOf(changed, word)));
    const sum = a!.map((x, i) => x - b![i]! + c![i]!);
    expect(changed.sum.words).toEqual(['cats', 'cat', 'dog']);
    expectNear(changed.sum.neighbours, ranked(changed, sum, ['cats', 'cat', 'dog']));
    const bars = await page.$$eval('.row-bars rect', (all) =>
      all.map((bar) => Number(bar.dataset.value)),
    );
    expect(bars).toEqual(rowOf(changed, 'bread'));
    await addressShows(page, 'word=bread');
  });

  it('go on step by step, show all words, and begin anew with other options', async () => {
    const { page, errors } = shown();
    await page.click('[data-do="step"]');
    await page.waitForSelector('[data-step="320"][data-state="paused"]');
    await page.select('.controls label:nth-of-type(2) select', 'all');
    await page.waitForFunction(() => document.querySelectorAll('.word-map .point').length > 400);
    const before = await figureNumbers<Numbers>(page);
    expect(before.map).toEqual(before.words);
    await page.locator('[data-part="neighbours"] input').fill('<img onerror>');
    await page.waitForFunction(
      () => document.querySelector('[data-part="neighbours"] ol') === null,
    );
    await page.select('.controls label:nth-of-type(1) select', 'cbow');
    await page.waitForSelector('[data-state="running"]');
    await page.click('[data-do="pause"]');
    await page.waitForSelector('[data-state="paused"]');
    const after = await figureNumbers<Numbers>(page);
    expect(after.step).toBeLessThan(300);
    await addressShows(page, 'method=cbow');
    expect(errors).toEqual([]);
  });

  it('fit on a phone', async () => {
    const { page } = shown();
    expect(await phoneWidth(page)).toBe(390);
  });
});
