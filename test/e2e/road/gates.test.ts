/** Figure 8 in headless Chrome: cells and states are recomputed in float64 from the gates that it saves. */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../demo/engine/models';
import { defined } from '../../../tools/lib/defined';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

type Rows = readonly (readonly number[])[];

interface Numbers {
  readonly sentence: string;
  readonly model: string;
  readonly read: readonly string[];
  readonly unit: number;
  readonly order: readonly number[];
  readonly clamp: false | { readonly gate: 'f' | 'i' | 'o'; readonly to: number };
  readonly output: readonly string[];
  readonly outputWithoutClamp: readonly string[];
  readonly cellWithoutClamp: Rows;
  readonly f: Rows;
  readonly i: Rows;
  readonly o: Rows;
  readonly g: Rows;
  readonly c: Rows;
  readonly h: Rows;
}

/** float32 products and sums of numbers below 10, and WGSL's tanh, whose error is absolute. */
const TOLERANCE = 2e-5;

/** The cell and the state of all steps, from the gates alone: the cell begins with zeros. */
function recomputed({ f, i, o, g }: Numbers): { readonly c: Rows; readonly h: Rows } {
  const c: number[][] = [];
  const h: number[][] = [];
  for (const [t, forget] of f.entries()) {
    const [cells, states]: [number[], number[]] = [[], []];
    for (const [unit, gate] of forget.entries()) {
      const before = t === 0 ? 0 : c[t - 1]![unit]!;
      const cell = gate * before + i[t]![unit]! * g[t]![unit]!;
      cells.push(cell);
      states.push(o[t]![unit]! * Math.tanh(cell));
    }
    c.push(cells);
    h.push(states);
  }
  return { c, h };
}

function expectClose(found: Rows, expected: Rows): void {
  expect(found.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  found.forEach((row, t) => {
    row.forEach((value, unit) => {
      const difference = Math.abs(value - expected[t]![unit]!);
      if (!(difference < TOLERANCE)) {
        throw new Error(`step ${t}, unit ${unit}: ${value}, expected ${expected[t]![unit]}`);
      }
    });
  });
}

describe.runIf(isFull)('gates of an LSTM', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(8));
    await figureReady(opened.page, 8);
  });

  const choose = (page: Page, row: number, label: number, value: string) =>
    page.select(`.controls:nth-of-type(${row}) label:nth-of-type(${label}) select`, value);

  /** Waits until a cell of a picture is as strong as its value; a picture has 255 shades. */
  const isDrawn = (page: Page, part: string, step: number, column: number, value: number) =>
    page.waitForFunction(
      (name, t, u, expected) => {
        const canvas = document.querySelector<HTMLCanvasElement>(`[data-part="${name}"] canvas`);
        const alpha = canvas?.getContext('2d')?.getImageData(u, t, 1, 1).data[3] ?? Number.NaN;
        return Math.abs(alpha / 255 - Math.min(1, Math.abs(expected))) < 0.005;
      },
      {},
      ...([part, step, column, value] as const),
    );

  it('give the cell and the state that follow from them, and are drawn', async () => {
    const { page, errors } = shown();
    const numbers = await figureNumbers<Numbers>(page);
    const { f, i, o, g, c, h, read, order, unit } = numbers;
    expect(numbers.sentence).toBe(EXAMPLES[0]![0]);
    // This network reads from the end of the sentence.
    expect(read).toEqual(['■', ...numbers.sentence.split(' ').toReversed()]);
    expect(f).toHaveLength(read.length);
    for (const gates of [f, i, o]) {
      expect(gates.flat().every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    expect(new Set(f.flat()).size).toBeGreaterThan(1000);
    const expected = recomputed(numbers);
    expectClose(c, expected.c);
    expectClose(h, expected.h);
    // Sorted by the mean forget gate; the most open one is pinned.
    const means = f[0]!.map((_, u) => f.reduce((sum, row) => sum + row[u]!, 0) / f.length);
    const sorted = order.map((number) => means[number - 1]!);
    expect(sorted).toEqual(sorted.toSorted((a, b) => b - a));
    expect(new Set(order).size).toBe(means.length);
    expect(unit).toBe(order[0]);
    for (const [step, column] of [
      [0, 0],
      [3, 10],
      [read.length - 1, order.length - 1],
    ] as const) {
      const at = (rows: Rows) => rows[step]![order[column]! - 1]!;
      await isDrawn(page, 'f', step, column, at(f));
      await isDrawn(page, 'g', step, column, at(g));
    }
    // What "girl", which is read after the end, has left.
    const kept = f.slice(2).reduce((product, row) => product * row[unit - 1]!, 1);
    const shownKept = await page.$eval('[data-kept]', (one) =>
      Number((one as HTMLElement).dataset.kept),
    );
    expect(shownKept).toBeCloseTo(kept, 12);
    expect(errors).toEqual([]);
  });

  it('that are clamped give the recomputed cell, and another translation', async () => {
    const { page, errors } = shown();
    const before = await figureNumbers<Numbers>(page);
    await choose(page, 2, 1, 'f');
    await page.waitForSelector('[data-clamped="encoder.forget_gate_l0 0"]');
    const clamped = await figureNumbers<Numbers>(page);
    expect(clamped.clamp).toMatchObject({ gate: 'f', to: 0 });
    expect(clamped.f.flat().every((gate) => gate === 0)).toBe(true);
    const expected = recomputed(clamped);
    expectClose(clamped.c, expected.c);
    expectClose(clamped.h, expected.h);
    expectClose(clamped.cellWithoutClamp, before.c);
    // Nothing is remembered but the word that was read last.
    expect(clamped.output).not.toEqual(before.output);
    expect(clamped.outputWithoutClamp).toEqual(before.output);
    const text = await page.$eval(
      '[data-output="changed"]',
      (one) => (one as HTMLElement).dataset.text,
    );
    expect(text).toBe(clamped.output.join(' '));
    expect(await page.$$('[data-output="changed"] ins')).not.toHaveLength(0);
    await isDrawn(page, 'f', 4, 4, 0);
    expect(errors).toEqual([]);
  });

  it('of a single unit are clamped to a value between', async () => {
    const { page, errors } = shown();
    await choose(page, 2, 2, 'unit');
    await page.$eval('.controls:nth-of-type(2) .slider input', (slider) => {
      const input = slider as HTMLInputElement;
      input.value = '0.5';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    const pinned = await page.$eval('[data-unit]', (one) => (one as HTMLElement).dataset.unit);
    await page.waitForSelector(`[data-clamped="encoder.forget_gate_l0 0.5 ${pinned}"]`);
    const numbers = await figureNumbers<Numbers>(page);
    const unit = numbers.unit - 1;
    expect(numbers.clamp).toEqual({ gate: 'f', to: 0.5, units: [unit + 1] });
    for (const row of numbers.f) {
      expect(row[unit]).toBe(0.5);
      expect(row.filter((gate) => gate === 0.5)).toHaveLength(1);
    }
    const { c, h } = recomputed(numbers);
    expectClose(numbers.c, c);
    expectClose(numbers.h, h);
    expect(numbers.c.some((row, t) => row[unit] !== numbers.cellWithoutClamp[t]![unit])).toBe(true);
    const url = new URL(page.url().replace('#/', ''));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ clamp: 'f', to: '0.5' });
    expect(errors).toEqual([]);
  });

  it('of another network and sentence follow, with any unit pinned, also on a phone', async () => {
    const { page, errors } = shown();
    await choose(page, 2, 1, 'none');
    await choose(page, 1, 1, 'forward');
    await page.locator('#sentence').fill('she sleeps');
    await page.waitForFunction(() => document.querySelectorAll('[data-part="f"] li').length === 3);
    await figureReady(page, 8);
    await page.$eval('.controls .slider input', (slider) => {
      const input = slider as HTMLInputElement;
      input.value = '7';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    const numbers = await figureNumbers<Numbers>(page);
    expect(numbers.model).toBe('toy-bahdanau');
    expect(numbers.read).toEqual(['she', 'sleeps', '■']);
    expect(numbers.unit).toBe(numbers.order[6]);
    expectClose(numbers.c, recomputed(numbers).c);
    expectClose(numbers.h, recomputed(numbers).h);
    await page.$eval('#sentence', (box) => {
      (box as HTMLInputElement).value = '';
      box.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.waitForSelector('.figure [role="alert"]');
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
