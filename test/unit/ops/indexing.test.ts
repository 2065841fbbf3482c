/** What ops by index, along axes and in order refuse, each in words that say what to do. */
import { describe, expect, it } from 'vitest';
import { dim } from '../../../src/core/dim';
import { DTypeError, OptionError, ShapeError } from '../../../src/core/errors';
import type { TensorType } from '../../../src/core/shape';
import { trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';

const f32 = (...shape: TensorType['shape']): TensorType => ({ dtype: 'f32', shape });
const i32 = (...shape: TensorType['shape']): TensorType => ({ dtype: 'i32', shape });
const flags = (...shape: TensorType['shape']): TensorType => ({ dtype: 'bool', shape });

/** The result of a function of tensors of these types. */
function result(types: readonly TensorType[], build: (...inputs: Tensor[]) => Tensor): Tensor {
  const named = Object.fromEntries(types.map((type, i) => [`x${i}`, type]));
  const graph = trace(
    (inputs) => ({ outputs: { y: build(...types.map((_, i) => inputs(`x${i}`))) } }),
    {
      inputs: named,
    },
  );
  return graph.outputs.get('y')!;
}

const [B, T] = [dim('B', 4), dim('T', 9)];

describe('gather', () => {
  const along = (axis: number) => (x?: Tensor, ids?: Tensor) => ops.gather(x!, ids!, { axis });

  it('needs i32 indices of the same rank, none of whose other axes is larger', () => {
    expect(() => result([f32(2, 3), f32(2, 3)], along(1))).toThrow(DTypeError);
    expect(() => result([f32(2, 3), i32(3)], along(1))).toThrow(ShapeError);
    expect(() => result([f32(2, 3), i32(4, 3)], along(1))).toThrow(
      'gather along axis 1: the indices [4,3] must have the rank of [2,3]',
    );
    expect(() => result([f32(2, 3), i32(2, 3)], along(2))).toThrow(ShapeError);
  });

  it('knows of symbolic axes only what their bounds say', () => {
    expect(result([f32(9, 3), i32(T, 5)], along(1)).shape.map(String)).toEqual(['T', '5']);
    expect(() => result([f32(8, 3), i32(T, 5)], along(1))).toThrow(ShapeError);
    expect(() => result([f32(T, 3), i32(1, 5)], along(1))).toThrow(ShapeError);
    expect(() => result([f32(B, 3), i32(T, 5)], along(1))).toThrow(ShapeError);
  });
});

describe('take', () => {
  it('puts the shape of the indices in the place of the axis', () => {
    const shapeOf = (axis: number) =>
      result([f32(2, 3, 4), i32(5, 6)], (x, ids) => ops.take(x!, ids!, { axis })).shape;
    expect([0, 1, -1].map(shapeOf)).toEqual([
      [5, 6, 3, 4],
      [2, 5, 6, 4],
      [2, 3, 5, 6],
    ]);
  });

  it('needs i32 indices', () => {
    const build = (x?: Tensor, ids?: Tensor) => ops.take(x!, ids!, { axis: 0 });
    expect(() => result([f32(2, 3), f32(2)], build)).toThrow('take: expected i32 indices');
  });
});

describe('scatter', () => {
  const put =
    (mode: 'set' | 'add', axis = 0) =>
    (x?: Tensor, ids?: Tensor, updates?: Tensor) =>
      ops.scatter(x!, ids!, updates!, { axis, mode });

  it('needs updates of the type of x that cover the indices', () => {
    expect(() => result([f32(4), i32(2), i32(2)], put('set'))).toThrow(DTypeError);
    expect(() => result([f32(4), i32(3), f32(2)], put('set'))).toThrow(
      'scatter: the updates [2] must cover the indices [3]; broadcast them?',
    );
    expect(() => result([f32(4, 2), i32(4, 3), f32(4, 3)], put('set'))).toThrow(ShapeError);
  });

  it('adds no flags, and has two modes', () => {
    expect(result([flags(4), i32(2), flags(2)], put('set')).dtype).toBe('bool');
    expect(() => result([flags(4), i32(2), flags(2)], put('add'))).toThrow(DTypeError);
    expect(() => result([f32(4), i32(2), f32(2)], put('mean' as 'add'))).toThrow(OptionError);
  });
});

describe('running sums, products and order', () => {
  it('are of numbers, along an axis that is there', () => {
    const axis = 1;
    for (const build of [
      (x?: Tensor) => ops.cumsum(x!, { axis }),
      (x?: Tensor) => ops.prod(x!, { axis }),
      (x?: Tensor) => ops.sort(x!, { axis }).values,
      (x?: Tensor) => ops.argsort(x!, { axis }),
    ]) {
      expect(() => result([flags(2, 3)], build)).toThrow(DTypeError);
      expect(() => result([f32(3)], build)).toThrow(ShapeError);
      expect(result([i32(2, 3)], build).dtype).toBe('i32');
    }
  });

  it('refuse options that they do not have', () => {
    const options = { axis: 0, stable: true };
    expect(() => result([f32(3)], (x) => ops.sort(x!, options).values)).toThrow(OptionError);
    expect(() => result([f32(3)], (x) => ops.cumsum(x!, options))).toThrow(OptionError);
  });

  it.each([0, 1.5, 201, -1])('of the largest there are not %d of 200', (k) => {
    expect(() => result([f32(2, 200)], (x) => ops.topK(x!, { k }).values)).toThrow(OptionError);
  });

  it('of the largest may be all of a row whose size is a constant', () => {
    expect(result([f32(T, 200)], (x) => ops.topK(x!, { k: 200 }).indices).shape[1]).toBe(200);
    expect(() => result([f32(2, T)], (x) => ops.topK(x!, { k: 2 }).values)).toThrow(OptionError);
  });
});
