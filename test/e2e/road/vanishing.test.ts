/**
 * Figure 7 in headless Chrome: its gradients are computed again in float64, by backpropagation
 * through time as the papers write it down, from the inputs and weights that it saves.
 */
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../../demo/views/road/vanishing/cells';
import type { Complex } from '../../../demo/views/road/vanishing/eigenvalues';
import { vanishing } from '../../../experiments/vanishing';
import { defined } from '../../../tools/lib/defined';
import { useDevice } from '../../support/device';
import {
  addressShows,
  figureAddress,
  figureNumbers,
  figureReady,
  phoneWidth,
} from '../../support/figure';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';

type Vector = readonly number[];

interface Numbers {
  readonly seed: number;
  readonly steps: number;
  readonly units: number;
  readonly radius: number;
  readonly cell: Cell;
  readonly norms: Readonly<Record<Cell, Vector>>;
  readonly exact: Vector;
  readonly weightNorms: Readonly<Record<Cell, number>>;
  readonly clippingFactors: Readonly<Record<Cell, number>>;
  readonly eigenvalues: readonly (readonly Complex[])[];
  readonly inputs: Readonly<Record<'x' | 'weightIn' | 'weight' | 'bias' | 'goal', Vector>>;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const zeros = (n: number): number[] => new Array<number>(n).fill(0);

/** What one step leaves for the way back: the derivatives by the products of input and state. */
interface Step {
  readonly gates: readonly number[][];
  readonly before: Vector;
  readonly cellBefore: Vector;
  readonly stateProducts: Vector;
}

/** The norm of dL/dx by distance, where L = goal · h at the last step, and x is [steps, units]. */
function gradientNorms({ cell, steps, units: n, inputs }: Numbers): Vector {
  const { x, weightIn, weight, bias, goal } = inputs;
  const wide = bias.length;
  const kept: Step[] = [];
  let [h, c] = [zeros(n), zeros(n)];
  for (let t = 0; t < steps; t++) {
    const [fromInput, fromState] = [zeros(wide), [...bias]];
    for (let row = 0; row < wide; row++) {
      for (let j = 0; j < n; j++) {
        fromInput[row]! += weightIn[row * n + j]! * x[t * n + j]!;
        fromState[row]! += weight[row * n + j]! * h[j]!;
      }
    }
    const sum = (gate: number, u: number) => fromInput[gate * n + u]! + fromState[gate * n + u]!;
    const [next, nextCell, gates] = [zeros(n), zeros(n), [] as number[][]];
    for (let u = 0; u < n; u++) {
      if (cell === 'tanh') {
        next[u] = Math.tanh(sum(0, u));
        gates.push([next[u]!]);
      } else if (cell === 'lstm') {
        const [i, f, o] = [sigmoid(sum(0, u)), sigmoid(sum(1, u)), sigmoid(sum(3, u))];
        const g = Math.tanh(sum(2, u));
        nextCell[u] = f * c[u]! + i * g;
        next[u] = o * Math.tanh(nextCell[u]!);
        gates.push([i, f, g, o, nextCell[u]!]);
      } else {
        const [r, z] = [sigmoid(sum(0, u)), sigmoid(sum(1, u))];
        const candidate = Math.tanh(fromInput[2 * n + u]! + r * fromState[2 * n + u]!);
        next[u] = (1 - z) * candidate + z * h[u]!;
        gates.push([r, z, candidate]);
      }
    }
    kept.push({ gates, before: h, cellBefore: c, stateProducts: fromState });
    [h, c] = [next, nextCell];
  }
  const norms: number[] = [];
  let [dh, dc] = [[...goal], zeros(n)];
  for (const { gates, before, cellBefore, stateProducts } of kept.toReversed()) {
    const [dInput, dState, dBefore, dCell] = [zeros(wide), zeros(wide), zeros(n), zeros(n)];
    for (let u = 0; u < n; u++) {
      const at = (gate: number) => gate * n + u;
      if (cell === 'tanh') {
        const [a] = gates[u]! as [number];
        dInput[u] = dh[u]! * (1 - a * a);
        dState[u] = dInput[u]!;
      } else if (cell === 'lstm') {
        const [i, f, g, o, state] = gates[u]! as [number, number, number, number, number];
        const squashed = Math.tanh(state);
        const dState0 = dc[u]! + dh[u]! * o * (1 - squashed * squashed);
        const parts = [
          dState0 * g * i * (1 - i),
          dState0 * cellBefore[u]! * f * (1 - f),
          dState0 * i * (1 - g * g),
          dh[u]! * squashed * o * (1 - o),
        ];
        for (const [gate, part] of parts.entries()) {
          dInput[at(gate)] = part;
          dState[at(gate)] = part;
        }
        dCell[u] = dState0 * f;
      } else {
        const [r, z, candidate] = gates[u]! as [number, number, number];
        const dCandidate = dh[u]! * (1 - z) * (1 - candidate * candidate);
        dInput[at(2)] = dCandidate;
        dState[at(2)] = dCandidate * r;
        dInput[at(1)] = dh[u]! * (before[u]! - candidate) * z * (1 - z);
        dInput[at(0)] = dCandidate * stateProducts[at(2)]! * r * (1 - r);
        dState[at(1)] = dInput[at(1)]!;
        dState[at(0)] = dInput[at(0)]!;
        dBefore[u] = dh[u]! * z;
      }
    }
    let squares = 0;
    for (let j = 0; j < n; j++) {
      let dx = 0;
      for (let row = 0; row < wide; row++) {
        dx += weightIn[row * n + j]! * dInput[row]!;
        dBefore[j]! += weight[row * n + j]! * dState[row]!;
      }
      squares += dx * dx;
    }
    norms.push(Math.sqrt(squares));
    [dh, dc] = [dBefore, dCell];
  }
  return norms;
}

/** float32 keeps numbers of this size and above to all their digits, with room for sums of squares. */
const WHOLE = 1e-35;

/** Largest relative difference, of numbers that float32 can hold. */
function worst(found: Vector, expected: Vector): number {
  const differences = expected.map((value, i) =>
    value < WHOLE ? 0 : Math.abs(found[i]! - value) / value,
  );
  return Math.max(...differences);
}

describe.runIf(isFull)('vanishing and exploding gradients', () => {
  const site = useSite({ keepPages: true });
  const device = useDevice();
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, figureAddress(7));
    await figureReady(opened.page, 7);
  });

  /** Sets a control, and waits for the numbers of the setting. */
  async function set(page: Page, radius: number, cell: Cell, bias: number): Promise<Numbers> {
    await page.$eval(
      '.slider input',
      (slider, value) => {
        slider.value = String(value);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      },
      radius,
    );
    await page.select('.controls label:nth-of-type(2) select', String(bias));
    await page.select('.controls label:nth-of-type(4) select', cell);
    await page.waitForSelector(`.gradient-pictures[data-radius="${radius}"][data-bias="${bias}"]`);
    return figureNumbers<Numbers>(page);
  }

  const drawnRatio = (page: Page, cell: Cell) =>
    page.$eval(`.gradient-summary [data-cell="${cell}"]`, (row) => {
      const { near, far } = (row as HTMLElement).dataset;
      return Number(far) / Number(near);
    });

  it.each<[number, Cell, number, number]>([
    // A state of many steps in float32, each of which adds an error of 6e-8 and shrinks the last.
    [0.8, 'tanh', 4, 1e-4],
    [0.8, 'lstm', 4, 1e-3],
    [0.8, 'gru', 4, 1e-4],
    [0.8, 'lstm', 0, 1e-4],
    [0.8, 'gru', 0, 1e-4],
    // Where gradients explode, errors of states do, too: by the factor 3e4 over all the steps.
    [1.8, 'tanh', 4, 0.05],
    [1.8, 'gru', 4, 1e-3],
  ])('of radius %d, %s, bias %d are those of float64', async (radius, cell, bias, tolerance) => {
    const numbers = await set(shown().page, radius, cell, bias);
    expect(numbers.radius).toBe(radius);
    const expected = gradientNorms(numbers);
    expect(expected).toHaveLength(numbers.steps);
    expect(worst(numbers.norms[cell], expected)).toBeLessThan(tolerance);
    // Both are sums of doubles, in another order.
    expect(worst(numbers.exact, expected)).toBeLessThan(1e-6);
  });

  it('fall at radius 0.8, and rise at 1.8', async () => {
    const { page, errors } = shown();
    const low = await set(page, 0.8, 'tanh', 4);
    expect(await drawnRatio(page, 'tanh')).toBeCloseTo(
      low.norms.tanh.at(-1)! / low.norms.tanh[0]!,
      25,
    );
    expect(low.norms.tanh.at(-1)! / low.norms.tanh[0]!).toBeLessThan(1e-12);
    const largest = (numbers: Numbers) =>
      Math.max(...numbers.eigenvalues.flat().map(([re, im]) => Math.hypot(re, im)));
    expect(largest(low)).toBeCloseTo(0.8, 4);
    expect(await page.$$('.plane .outside')).toHaveLength(0);
    const high = await set(page, 1.8, 'tanh', 4);
    expect(await drawnRatio(page, 'tanh')).toBeGreaterThan(1e3);
    expect(largest(high)).toBeCloseTo(1.8, 4);
    const outside = high.eigenvalues.flat().filter(([re, im]) => Math.hypot(re, im) > 1);
    expect(await page.$$('.plane .outside')).toHaveLength(outside.length);
    await addressShows(page, 'radius=1.8');
    expect(errors).toEqual([]);
  });

  it('equal those of the experiment with the same seed', async () => {
    const { page } = shown();
    const { result } = await vanishing.perform({
      device: device(),
      size: 'small',
      seed: (await figureNumbers<Numbers>(page)).seed,
      folder: '',
      retrain: false,
      signal: new AbortController().signal,
      stage: (_, compute) => compute(() => undefined),
    });
    const { curves } = result as {
      curves: readonly { label: string; radius: number; norms: Vector; weightNorm: number }[];
    };
    const labels = { tanh: 'RNN (tanh)', lstm: 'LSTM, forget bias 4', gru: 'GRU, update bias 4' };
    for (const radius of [0.8, 1.8]) {
      const numbers = await set(page, radius, 'tanh', 4);
      for (const [cell, label] of Object.entries(labels) as [Cell, string][]) {
        const curve = curves.find((one) => one.label === label && one.radius === radius)!;
        // Adapters differ in their exponentials; see above for the factor of errors.
        const tolerance = radius === 0.8 ? 1e-3 : 0.05;
        expect(worst(numbers.norms[cell], curve.norms)).toBeLessThan(tolerance);
        expect(Math.abs(numbers.weightNorms[cell] / curve.weightNorm - 1)).toBeLessThan(tolerance);
      }
    }
  });

  it('are clipped together, and lost where float32 underflows', async () => {
    const { page, errors } = shown();
    await set(page, 1.8, 'tanh', 4);
    const before = await drawnRatio(page, 'tanh');
    await page.select('.controls label:nth-of-type(3) select', '0.1');
    const clipped = await figureNumbers<Numbers>(page);
    for (const [cell, factor] of Object.entries(clipped.clippingFactors) as [Cell, number][]) {
      expect(factor).toBeCloseTo(Math.min(1, 0.1 / clipped.weightNorms[cell]), 12);
    }
    expect(clipped.clippingFactors.tanh).toBeLessThan(1e-3);
    const near = await page.$eval('[data-cell="tanh"]', (row) =>
      Number((row as HTMLElement).dataset.near),
    );
    expect(near).toBeCloseTo(clipped.norms.tanh[0]! * clipped.clippingFactors.tanh, 12);
    expect(await drawnRatio(page, 'tanh')).toBeCloseTo(before, 3);
    const lost = await set(page, 0.5, 'tanh', 4);
    expect(lost.norms.tanh.at(-1)).toBe(0);
    expect(lost.exact.at(-1)).toBeGreaterThan(0);
    expect(Math.log10(lost.exact.at(-1)! / gradientNorms(lost).at(-1)!)).toBeCloseTo(0, 6);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
