/** Curves of runs: each step is counted once, whatever the axis. */
import { describe, expect, it } from 'vitest';
import { csvOf, curvesOf } from '../../../demo/views/train/curves';
import type { RunLog } from '../../../demo/views/train/events';
import { pack, unpack } from '../../../demo/views/train/packed';

function logOf(losses: readonly number[], looks: RunLog['looks'] = []): RunLog {
  const rest = { norms: losses, rates: losses, counts: losses, changes: [] };
  return { losses, looks, ...rest, seconds: 0, baseline: 5 };
}

const counting = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('the curves of runs', () => {
  it('have every step of a short run', () => {
    const { steps, curves } = curvesOf([{ name: 'a', log: logOf([3, 1, 2]) }], 'loss');
    expect(steps).toEqual([1, 2, 3]);
    expect(curves.map(({ what, values }) => [what, values])).toEqual([
      ['training', [3, 1, 2]],
      ['held', [null, null, null]],
      ['baseline', [5, 5, 5]],
    ]);
  });

  it('show means of a long run that give its sum', () => {
    const losses = counting(1003);
    const looks = [{ step: 37, loss: 9, accuracy: 0, rows: [] }];
    const { steps, curves } = curvesOf([{ name: 'a', log: logOf(losses, looks) }], 'loss');
    const [training, held] = curves;
    expect(steps.length).toBeLessThanOrEqual(203);
    expect(held?.values[steps.indexOf(37)]).toBe(9);
    let [sum, from] = [0, 0];
    training?.values.forEach((mean, i) => {
      const to = steps[i] ?? 0;
      sum += (mean ?? Number.NaN) * (to - from);
      from = to;
    });
    expect(sum).toBeCloseTo((1003 * 1004) / 2, 6);
  });

  it('end where a shorter run ends', () => {
    const courses = [4, 2].map((count) => ({ name: 'a', log: logOf(counting(count)) }));
    const { curves } = curvesOf(courses, 'norm');
    expect(curves.map(({ values }) => values)).toEqual([
      [1, 2, 3, 4],
      [1, 2, null, null],
    ]);
  });

  it('are written as CSV with quoted names', () => {
    expect(csvOf([1, 2], [{ name: 'a "b", c', values: [0.5, null] }])).toBe(
      'step,"a ""b"", c"\n1,0.5\n2,\n',
    );
  });
});

describe('text in an address', () => {
  it('is the same again, and damage is noticed', async () => {
    const text = `${'the cat\tle chat\n'.repeat(200)}<img src=x> œ`;
    const packed = await pack(text);
    expect(packed).toMatch(/^[\w-]+$/u);
    expect(packed.length).toBeLessThan(text.length / 4);
    expect(await unpack(packed)).toBe(text);
    expect(await unpack('%%%')).toBeUndefined();
  });
});
