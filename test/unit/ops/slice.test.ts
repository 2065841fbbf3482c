/** Which elements a slice takes, against walking from start to end; and what it refuses. */
import { describe, expect, it } from 'vitest';
import { type Dim, dim, multiplyDims } from '../../../src/core/dim';
import { OptionError, ShapeError } from '../../../src/core/errors';
import { NdArray } from '../../../src/core/ndArray';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { trace } from '../../../src/graph/graph';
import { ops } from '../../../src/ops';
import type { SliceOptions } from '../../../src/ops/movement/op';

const SIZE = 6;

function sliced(options: SliceOptions): readonly number[] {
  const graph = trace((inputs) => ({ outputs: { y: ops.slice(inputs('x'), options) } }), {
    inputs: { x: { dtype: 'f32', shape: [SIZE] } },
  });
  const x = NdArray.from([SIZE], [0, 1, 2, 3, 4, 5]);
  const { outputs } = evaluateGraph(graph, new Map([['x', x]]), new Map(), new Map());
  return [...outputs.get('y')!.data];
}

function walked(start: number, end: number, step: number): readonly number[] {
  const found: number[] = [];
  for (let i = start; step > 0 ? i < end : i > end; i += step) found.push(i);
  return found;
}

const steps = [1, 2, 3, 7, -1, -2, -3, -7];

describe('a slice', () => {
  it.each(steps)('in steps of %i takes the elements from start on, end excluded', (step) => {
    const first = step > 0 ? 0 : -1;
    for (let low = first; low <= first + SIZE; low++) {
      for (let high = low; high <= first + SIZE; high++) {
        const [start, end] = step > 0 ? [low, high] : [high, low];
        const got = sliced({ starts: [start], ends: [end], steps: [step] });
        expect(got, `${start} to ${end}`).toEqual(walked(start, end, step));
      }
    }
  });

  it('takes whole axes where it is told nothing', () => {
    expect(sliced({ starts: [], ends: [] })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(sliced({ starts: [], ends: [], steps: [-1] })).toEqual([5, 4, 3, 2, 1, 0]);
    expect(sliced({ starts: [undefined], ends: [2], steps: [-1] })).toEqual([5, 4, 3]);
    expect(sliced({ starts: [3], ends: [undefined], steps: [-2] })).toEqual([3, 1]);
  });

  it.each([
    [-1, 3, 1],
    [0, 7, 1],
    [4, 3, 1],
    [6, 2, -1],
    [3, -2, -1],
    [2, 3, -1],
  ])('refuses %i to %i in steps of %i', (start, end, step) => {
    expect(() => sliced({ starts: [start], ends: [end], steps: [step] })).toThrow(ShapeError);
  });

  it('refuses steps that are 0 or no whole numbers', () => {
    for (const step of [0, 0.5, Number.NaN]) {
      expect(() => sliced({ starts: [], ends: [], steps: [step] })).toThrow(OptionError);
    }
  });

  it('of a symbolic length has one step, or one that divides it', () => {
    const T = dim('T', 8);
    const shapeOf = (options: SliceOptions, size: Dim = T) => {
      const graph = trace((inputs) => ({ outputs: { y: ops.slice(inputs('x'), options) } }), {
        inputs: { x: { dtype: 'f32', shape: [3, size] } },
      });
      return String(graph.outputs.get('y')!.shape[1]);
    };
    const every = (step: number) => ({ starts: [], ends: [], steps: [1, step] });
    expect(shapeOf(every(-1))).toBe('T');
    expect(shapeOf(every(-2), multiplyDims(T, 4))).toBe('2*T');
    expect(() => shapeOf(every(2))).toThrow(OptionError);
    expect(() => shapeOf(every(-3))).toThrow(/does not divide the symbolic length T/);
  });
});

describe('flip', () => {
  it('refuses an axis that is not there', () => {
    expect(() =>
      trace((inputs) => ({ outputs: { y: ops.flip(inputs('x'), [1]) } }), {
        inputs: { x: { dtype: 'f32', shape: [SIZE] } },
      }),
    ).toThrow(ShapeError);
  });
});
