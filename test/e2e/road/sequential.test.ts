/** Figure 14 in headless Chrome: the recorded run, the calls of the plans, and a measurement. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'puppeteer';
import { allKernels, openDevice } from 'qkv';
import { compileGraph, dim, explain, f32, trace } from 'qkv/graph';
import { declareParameters, encoderLayer, lstm, parameterScope, parameterStates } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { nodeGpu } from '../../../tools/nodeGpu';
import { figureAddress, figureNumbers, figureReady, phoneWidth } from '../../support/figure';
import { isFull } from '../../support/sample';
import { useSite } from '../../support/site';

const FILE = 'demo/views/road/sequential/recorded.json';
const LENGTHS = [8, 16, 24, 32, 48, 64];

interface Measurement {
  readonly adapter: string;
  readonly batch: number;
  readonly parameters: Readonly<Record<'lstm' | 'transformer', number>>;
  readonly measured: readonly {
    readonly layer: string;
    readonly length: number;
    readonly milliseconds: number;
    readonly samples: readonly number[];
    readonly stepDispatches: number;
  }[];
}

interface Numbers extends Measurement {
  readonly origin: 'recorded' | 'live';
  readonly command?: string;
  readonly length: number;
  readonly forward: Readonly<
    Record<'lstm' | 'transformer', readonly { readonly kernel: string; readonly word?: number }[]>
  >;
}

const numbers = (page: Page) => figureNumbers<Numbers>(page);

/** Kernels of a layer's forward pass on Node's device, one for each dispatch. */
async function plannedKernels(layer: 'lstm' | 'transformer', length: number, batch: number) {
  const device = await openDevice({ gpu: await nodeGpu() });
  const inputs = { x: f32(dim('B', 32), dim('L', 64), 128) };
  const apply =
    layer === 'lstm' ? lstm(128, 128) : encoderLayer(128, 4, { feedForward: 256, dropout: 0 });
  const layout = declareParameters((scope, given) => apply(scope, given('x')), inputs);
  const plan = compileGraph(
    trace(
      (given, states) => ({ outputs: { y: apply(parameterScope(layout, states), given('x')) } }),
      { inputs, states: parameterStates(layout) },
    ),
  );
  const target = { kernels: allKernels, ...device.target, startup: 'quick' } as const;
  const { steps } = explain(plan, {
    target,
    sizes: new Map(Object.entries({ B: batch, L: length })),
  });
  device.dispose();
  return steps.flatMap(({ kernels }) => kernels);
}

describe.runIf(isFull)('sequential cost', () => {
  const site = useSite();

  it('shows the recorded run first, marked with its adapter and command', async () => {
    const { page, errors } = await site.open(undefined, figureAddress(14));
    await figureReady(page, 14);
    const recorded = JSON.parse(await readFile(FILE, 'utf8')) as {
      readonly command: string;
      readonly measurements: readonly Measurement[];
    };
    for (const batch of [1, 8, 32]) {
      await page.select('.card .controls label:nth-of-type(1) select', String(batch));
      const shown = await numbers(page);
      const { measured, adapter } = defined(
        recorded.measurements.find((one) => one.batch === batch),
        `a measurement of ${batch} sentences`,
      );
      expect(shown.origin).toBe('recorded');
      expect(shown.measured).toEqual(measured);
      const hint = await page.$eval('[data-origin="recorded"]', (one) => one.textContent);
      expect(hint).toContain(adapter);
      expect(hint).toContain(recorded.command);
      for (const { samples, milliseconds } of measured) {
        expect(samples).toHaveLength(5);
        expect(milliseconds).toBe(Math.min(...samples));
      }
    }
    await page.click('.chart-with-numbers summary');
    await page.waitForSelector('.chart-with-numbers .numbers tbody tr');
    const rows = await page.$$eval('.chart-with-numbers .numbers tbody tr', (all) =>
      all.map((row) =>
        [...row.querySelectorAll('td')].map((cell) =>
          Number(cell.textContent?.replaceAll(',', '')),
        ),
      ),
    );
    const { measured, parameters } = await numbers(page);
    for (const [i, layer] of (['lstm', 'transformer'] as const).entries()) {
      const times = measured.filter((one) => one.layer === layer);
      expect(times.map(({ length }) => length)).toEqual(LENGTHS);
      expect(rows[i]).toEqual(times.map(({ milliseconds }) => milliseconds));
    }
    // Weights and biases of four gates; of an encoder layer with 256 hidden units.
    const d = 128;
    expect(parameters.lstm).toBe(4 * (2 * d * d + 2 * d));
    expect(parameters.transformer).toBe(4 * d * d + 4 * d + 2 * d * 256 + 256 + d + 4 * d);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });

  it('draws the calls of the plans: one more for each word, or as many for all', async () => {
    const { page, errors } = await site.open(undefined, figureAddress(14, { batch: '8' }));
    await figureReady(page, 14);
    const counts: Record<string, number[]> = { lstm: [], transformer: [] };
    for (const length of LENGTHS) {
      await page.select('.card .controls label:nth-of-type(2) select', String(length));
      // Waits until the calls are those of this length.
      await page.waitForFunction(
        (n) =>
          document.querySelectorAll('[data-layer="lstm"] .one-word').length === n &&
          location.hash.includes(`length=${n}`),
        {},
        length,
      );
      const { forward } = await numbers(page);
      for (const layer of ['lstm', 'transformer'] as const) {
        const kernels = await plannedKernels(layer, length, 8);
        expect(forward[layer].map(({ kernel }) => kernel)).toEqual(kernels);
        const bars = await page.$$(`[data-layer="${layer}"] svg :is(.one-word, .all-words)`);
        expect(bars).toHaveLength(kernels.length);
        counts[layer]?.push(kernels.length);
      }
      const words = forward.lstm.flatMap(({ word }) => (word === undefined ? [] : [word]));
      expect(words).toEqual(Array.from({ length }, (_, i) => i));
      expect(forward.transformer.every(({ word }) => word === undefined)).toBe(true);
    }
    const [first = 0] = counts.lstm ?? [];
    expect(counts.lstm).toEqual(LENGTHS.map((length) => first + length - 8));
    expect(new Set(counts.transformer).size).toBe(1);
    expect(errors).toEqual([]);
  });

  it('measures on request, and stops', async () => {
    const { page, errors } = await site.open(undefined, figureAddress(14, { batch: '1' }));
    await figureReady(page, 14);
    await page.click('[data-measure]');
    await page.waitForSelector('[data-stop]');
    await page.click('[data-stop]');
    await page.waitForSelector('[data-measure]:not(:disabled)');
    expect((await numbers(page)).origin).toBe('recorded');
    await page.click('[data-measure]');
    await page.waitForSelector('[data-origin="live"]');
    const { origin, measured, batch } = await numbers(page);
    expect(origin).toBe('live');
    expect(batch).toBe(1);
    expect(measured.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
    const steps = (layer: string) =>
      measured.filter((one) => one.layer === layer).map(({ stepDispatches }) => stepDispatches);
    // Each further word costs a call forwards and at least one backwards.
    const lstmSteps = steps('lstm');
    for (const [i, count] of lstmSteps.entries()) {
      if (i === 0) continue;
      expect(count - lstmSteps[i - 1]!).toBeGreaterThanOrEqual(2 * (LENGTHS[i]! - LENGTHS[i - 1]!));
    }
    expect(new Set(steps('transformer')).size).toBe(1);
    expect(await page.$$('[role="alert"]')).toHaveLength(0);
    expect(errors).toEqual([]);
  });
});
