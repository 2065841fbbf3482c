/** What the bench computes from its samples: quantiles, costs, rates, ratios, regressions. */
import { describe, expect, it } from 'vitest';
import { isPlausible, relativeDifference } from '../../../bench/agreement';
import { costOf } from '../../../bench/cost';
import { quantile, roundRobin, summarise } from '../../../bench/measure';
import { reference } from '../../../bench/reference';
import { compareRuns } from '../../../bench/regressions';
import { type Row, ratesOf, rowOf, workloadNamed } from '../../../bench/report';
import { WORKLOADS } from '../../../bench/workloads';

describe('samples', () => {
  it('have quantiles that lie between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('are summarised in any order, and by their equal parts', () => {
    const timing = summarise([30, 10, 20, 50, 40], 10);
    expect(timing).toMatchObject({ medianMs: 3, lowerMs: 2, upperMs: 4, samples: 5 });
    expect(timing.p10Ms).toBeCloseTo(1.4, 12);
    expect(timing.p90Ms).toBeCloseTo(4.6, 12);
  });

  it('are taken in turns', async () => {
    const turns: string[] = [];
    const run = (name: string) => async () => void turns.push(name);
    const runs = new Map(['a', 'b'].map((name) => [name, run(name)] as const));
    const times = await roundRobin(runs, 3);
    expect(turns.join('')).toBe('ababab');
    expect(times.get('b')).toHaveLength(3);
  });

  it('are few where they take long', async () => {
    const runs = new Map([['slow', async () => undefined] as const]);
    const times = await roundRobin(runs, 10, undefined, 0);
    expect(times.get('slow')).toHaveLength(3);
  });
});

describe('agreement', () => {
  it('is relative to the largest value, and never reached by NaN or another length', () => {
    expect(relativeDifference([1, -9], [1, -10])).toBeCloseTo(0.1, 12);
    expect(relativeDifference([Number.NaN, 1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeDifference([1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
  });

  it('needs results that say something', () => {
    expect(isPlausible([1, 2])).toBe(true);
    expect(isPlausible([0, 0, 0])).toBe(false);
    expect(isPlausible([1, Number.NaN])).toBe(false);
  });
});

describe('a reference', () => {
  it('of softmax has rows that sum to one', () => {
    const found = reference({ kind: 'softmax', spec: { rows: 3, columns: 5 } });
    const values = [...(found?.values ?? [])];
    const sums = [0, 1, 2].map((row) => values.slice(row * 5, row * 5 + 5).reduce((a, b) => a + b));
    for (const sum of sums) expect(sum).toBeCloseTo(1, 14);
  });

  it('of a large product takes some of its rows, of a small one all', () => {
    const places = (m: number) =>
      reference({ kind: 'matmul', spec: { batch: 1, m, k: 1024, n: 1024 } })?.places.length;
    expect(places(4)).toBe(4 * 1024);
    expect(places(1024)).toBeLessThan(1024 * 1024);
  });
});

describe('costs', () => {
  it('of a product are two operations a multiplication, and each array once', () => {
    const spec = { batch: 2, m: 3, k: 5, n: 7 };
    const cost = costOf({ kind: 'matmul', spec });
    expect(cost).toEqual({ flops: 2 * 2 * 3 * 5 * 7, bytes: 4 * 2 * (15 + 35 + 21) });
  });

  it('of causal attention count the pairs that are visible', () => {
    const spec = { batch: 1, heads: 1, length: 2, size: 8 };
    // Three pairs, each with two products of 8, and five operations of its softmax.
    expect(costOf({ kind: 'attention', spec }).flops).toBe(3 * (4 * 8 + 5));
  });

  it('are known of every workload', () => {
    for (const workload of WORKLOADS) {
      const { flops, bytes } = costOf(workload);
      expect(flops, workload.name).toBeGreaterThan(0);
      expect(bytes, workload.name).toBeGreaterThan(0);
    }
  });

  it('become rates, and a fraction of what arithmetic and memory allow', () => {
    const workload = workloadNamed('matmul-256');
    if (workload === undefined) throw new Error('no such workload');
    const limits = {
      adapter: 'x',
      flopsPerSecond: 1e12,
      kernelBytesPerSecond: 1e9,
      copyBytesPerSecond: 2e9,
      dispatchMs: 0,
      passMs: 0,
      submitMs: 0,
      readbackMs: 0,
    };
    const rates = ratesOf(workload, 1, limits);
    expect(rates.gigaflopsPerSecond).toBeCloseTo((2 * 256 ** 3) / 1e6, 9);
    // 0.79 MB at 2 GB/s take 0.39 ms, the arithmetic less.
    expect(rates.fractionOfLimit).toBeCloseTo((4 * 3 * 65536) / 2e9 / 1e-3, 12);
  });
});

describe('an earlier run', () => {
  const row = (workload: string, medianMs: number | null): Row => ({
    workload,
    medianMs,
    firstMs: null,
    dispatches: null,
    ratio: {},
  });

  it('shows what got slower than allowed, and nothing else', () => {
    const earlier = [row('a', 10), row('b', 10), row('gone', 1), row('c', null)];
    const now = [row('a', 11), row('b', 12), row('new', 1), row('c', 5)];
    const { lines, regressions } = compareRuns(earlier, now, 1.15);
    expect(regressions).toEqual(['b']);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('1.20 times, more than 1.15');
  });

  it('has peers as multiples of ours', () => {
    const found = rowOf('cold-start', 'medianMs', { qkv: 200, other: 500 }, 'qkv');
    expect(found).toMatchObject({ medianMs: 200, ratio: { other: 2.5 } });
  });
});
