/** The view of the kernels in headless Chrome: a short check, its report, and times. */

import { allCases } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { phoneWidth } from '../support/figure';
import { isFull } from '../support/sample';
import { useSite } from '../support/site';

const FEW = ['softmax', 'layerNorm', 'embedding', 'additiveAttention'];

describe.runIf(isFull)('the kernels', () => {
  const site = useSite();

  it('are checked against float64, with a report that has the adapter and the counts', async () => {
    const { page, errors } = await site.open(undefined, '#/kernels');
    await page.waitForSelector('[data-check] [data-start]');
    await page.click('[data-check] [data-start]');
    await page.waitForSelector('[data-check="running"] [data-stop]');
    await page.click('[data-check] [data-stop]');
    await page.waitForSelector('[data-check="none"]');
    await page.click('[data-check] [data-start]');
    await page.waitForSelector('[data-check="done"]');
    const rows = await page.$$eval('tr[data-op]', (found) =>
      found.map(({ dataset }) => [dataset.op, Number(dataset.right), Number(dataset.wrong)]),
    );
    const cases = allCases();
    const expected = Object.entries(cases).filter(([op]) => FEW.includes(op));
    expect(expected).toHaveLength(FEW.length);
    expect(rows).toEqual(expected.map(([op, items]) => [op, items.length, 0]));
    const report = await page.$eval('[data-report]', (one) => one.textContent);
    const adapter = (await page.$eval('[data-report]', (one) => one.textContent)).split('\n')[0];
    expect(adapter).toMatch(/swiftshader|llvmpipe/iu);
    const total = expected.reduce((sum, [, items]) => sum + items.length, 0);
    expect(report).toContain(`${total} of ${total} cases of ${FEW.length} operations are right`);
    expect(report).toMatch(/all \d+ candidates are right/u);
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });

  it('are timed, with rates that follow from the times', async () => {
    const { page, errors } = await site.open(undefined, '#/kernels');
    await page.waitForSelector('[data-bench] [data-start]');
    await page.click('[data-bench] [data-start]');
    await page.waitForSelector('[data-bench="done"]');
    const rows = await page.$$eval('tr[data-workload]', (found) =>
      found.map((row) => ({
        name: row.dataset.workload ?? '',
        ms: Number(row.dataset.milliseconds),
        rate: Number(row.querySelector<HTMLElement>('[data-rate]')?.dataset.rate),
      })),
    );
    // Arithmetic operations of each: products with sums are two; softmax has five an element.
    const operations: Readonly<Record<string, number>> = {
      matmul: 2 * 512 * 512 * 512,
      softmax: 5 * 512 * 512,
      attention: 8 * 128 * 128 * (2 * 64 + 5 + 2 * 64),
      lstm: 16 * 64 * 4 * 256 * 2 * (256 + 256),
    };
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(operations));
    for (const { name, ms, rate } of rows) {
      expect(ms).toBeGreaterThan(0);
      const expected = operations[name]! / (ms / 1e3) / 1e9;
      expect(Math.abs(rate / expected - 1)).toBeLessThan(1e-9);
    }
    expect(errors).toEqual([]);
  });
});
