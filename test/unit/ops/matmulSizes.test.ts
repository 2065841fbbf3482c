/** How the batch axes of a product become rows, strides or spans, without copies. */
import { describe, expect, it } from 'vitest';
import { dim } from '../../../src/core/dim';
import { ShapeError } from '../../../src/core/errors';
import type { Shape } from '../../../src/core/shape';
import { sizesOf } from '../../../src/ops/matmul/sizes';

const [M, N, K] = [5, 7, 3];

function sizes(a: Shape, b: Shape, transposeA = false) {
  const matrixA = transposeA ? [K, M] : [M, K];
  const f32 = (shape: Shape) => ({ dtype: 'f32', shape }) as const;
  return sizesOf(f32([...a, ...matrixA]), f32([...b, K, N]), { transposeA, transposeB: false });
}

describe('the batch of a product', () => {
  it.each([
    ['one B is more rows', [2, 3], [], { m: 30, batch: 1, strideA: 0, strideB: 0 }],
    ['one B with axes of size 1 too', [2, 3], [1, 1], { m: 30, batch: 1, strideA: 0, strideB: 0 }],
    ['one A is read again', [], [2, 3], { m: 5, batch: 6, strideA: 0, strideB: 21 }],
    ['one A with axes of size 1 too', [1, 1], [2, 3], { m: 5, batch: 6, strideA: 0, strideB: 21 }],
    ['equal axes', [2, 3], [2, 3], { m: 5, batch: 6, strideA: 15, strideB: 21 }],
    ['equal axes of which one side has more', [1, 3], [3], { m: 5, batch: 3 }],
    ['the last axis of A is more rows', [2, 3], [2, 1], { m: 15, batch: 2, strideA: 45 }],
    ['an axis of B before one of A', [3], [2, 1], { m: 15, batch: 2, strideA: 0, strideB: 21 }],
  ])('%s', (_, a, b, expected) => {
    const { spans, ...found } = sizes(a, b);
    expect(found).toMatchObject(expected);
    expect(spans.length).toBeLessThanOrEqual(1);
  });

  it('of a transposed A keeps its axes', () => {
    expect(sizes([2, 3], [], true)).toMatchObject({ m: 5, batch: 6, strideA: 15, strideB: 0 });
    expect(sizes([2, 3], [2, 1], true).spans).toEqual([
      { side: 'both', size: 2 },
      { side: 'a', size: 3 },
    ]);
  });

  it('has spans where one stride a side does not suffice', () => {
    const { spans, outer, batch } = sizes([2, 1, 4, 1], [1, 3, 4, 5]);
    expect(spans.map(({ side, size }) => `${side} ${size}`)).toEqual([
      'a 2',
      'b 3',
      'both 4',
      'b 5',
    ]);
    expect([outer, batch]).toEqual([[2, 3, 4, 5, M], 120]);
  });

  it('may be symbolic', () => {
    const [B, T] = [dim('B', 4), dim('T', 9)];
    expect(String(sizes([B, T], []).m)).toBe('5*B*T');
    expect(String(sizes([B, 1], [T]).batch)).toBe('B*T');
    expect(sizes([B, T], [B, T]).spans).toHaveLength(1);
    expect(() => sizes([B], [T])).toThrow(ShapeError);
  });

  it('must broadcast', () => {
    expect(() => sizes([2], [3])).toThrow(
      'matmul: batch axes of f32[2,5,3] x f32[3,3,7]: [2] and [3] do not broadcast: 2 against 3',
    );
  });
});
