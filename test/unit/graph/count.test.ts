/** Ops say how many inputs and outputs they have: types follow from it, and applying checks it. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Dim } from '../../../src/core/dim';
import { ShapeError } from '../../../src/core/errors';
import { dimAt, dims, f32, lastDim, type TensorType } from '../../../src/core/shape';
import type { AtLeast, Counted } from '../../../src/graph/count';
import { apply, applyAll } from '../../../src/graph/node';
import type { Op, Tensor } from '../../../src/graph/op';
import { defineOwnOp } from '../../../src/graph/ownOp';
import { inputTensor } from '../../../src/graph/source';
import { concatOp } from '../../../src/ops/concat/op';
import { normOp } from '../../../src/ops/layerNorm/op';
import { matmulOp } from '../../../src/ops/matmul/op';
import { sortOp } from '../../../src/ops/sort/op';

const x = inputTensor('x', f32(2, 3));

/** An op of two inputs and two outputs; what its parts are given is checked as types. */
const swap = defineOwnOp({
  name: 'swap',
  inputs: 2,
  outputs: 2,
  infer: (inputs) => {
    expectTypeOf(inputs).toEqualTypeOf<readonly [TensorType, TensorType]>();
    return [inputs[1], inputs[0]];
  },
  lowering: {
    kind: 'kernel',
    calls: ({ node }) => {
      expectTypeOf(node.inputs).toEqualTypeOf<readonly [Tensor, Tensor]>();
      expectTypeOf(node.types).toEqualTypeOf<readonly [TensorType, TensorType]>();
      return [];
    },
  },
  gradient: {
    rule: ({ inputs, gradients }) => {
      expectTypeOf(inputs).toEqualTypeOf<readonly [Tensor, Tensor]>();
      expectTypeOf(gradients).toEqualTypeOf<readonly [Tensor | undefined, Tensor | undefined]>();
      return [gradients[1], gradients[0]];
    },
  },
  reference: ({ inputs: [a, b], outputs: [first, second] }) => {
    first.data.set(b.data);
    second.data.set(a.data);
  },
  cost: ({ inputs: [a, b] }) => ({ flops: 0, moved: a.shape.length + b.shape.length }),
});

/** One input and one output are the default. */
const same = defineOwnOp({
  name: 'same',
  infer: ([only]) => [only],
  lowering: { kind: 'elementwise', expression: ([only]) => only },
  gradient: {
    rule: ({ gradients }) => {
      expectTypeOf(gradients).toEqualTypeOf<readonly [Tensor]>();
      return gradients;
    },
  },
  reference: ({ inputs: [from], outputs: [to] }) => to.data.set(from.data),
});

describe('the count of an op', () => {
  it('is a tuple to TypeScript', () => {
    expectTypeOf<Counted<number, 0>>().toEqualTypeOf<readonly []>();
    expectTypeOf<Counted<number, 3>>().toEqualTypeOf<readonly [number, number, number]>();
    expectTypeOf<Counted<number, readonly [1, 3]>>().toEqualTypeOf<
      readonly [number, ...number[]]
    >();
    expectTypeOf<Counted<number, AtLeast<0>>>().toEqualTypeOf<readonly number[]>();
    expectTypeOf(applyAll(sortOp, [x], { axis: 0, descending: false, kept: 2 })).toEqualTypeOf<
      readonly [Tensor, Tensor]
    >();
    const anyOp: readonly Op[] = [swap, same, matmulOp];
    expect(anyOp.map(({ name }) => name)).toEqual(['swap', 'same', 'matmul']);
  });

  it('is checked once, where the op is applied: too few, too many', () => {
    const attrs = { transposeA: false, transposeB: true };
    // @ts-expect-error: one tensor where the op takes two.
    const few = () => apply(matmulOp, [x], attrs);
    // @ts-expect-error: three tensors where the op takes two.
    const many = () => apply(matmulOp, [x, x, x], attrs);
    // @ts-expect-error: no tensor where the op takes one or more.
    const none = () => apply(concatOp, [], { axis: 0 });
    expect(few).toThrow(ShapeError);
    expect(few).toThrow('matmul inputs: expected 2, found 1');
    expect(many).toThrow('matmul inputs: expected 2, found 3');
    expect(none).toThrow('concat inputs: expected 1 to Infinity, found 0');
    expect(apply(matmulOp, [x, x], attrs).shape).toEqual([2, 2]);
  });

  it('holds for ops from outside too', () => {
    // @ts-expect-error: one tensor where the op takes two.
    const few = () => applyAll(swap, [x], {});
    // @ts-expect-error: two tensors where the op takes one.
    const many = () => apply(same, [x, x], {});
    expect(few).toThrow('swap inputs: expected 2, found 1');
    expect(many).toThrow('same inputs: expected 1, found 2');
    expect(applyAll(swap, [x, inputTensor('y', f32(4))], {}).map(({ shape }) => shape)).toEqual([
      [4],
      [2, 3],
    ]);
  });

  it('holds for what an op infers', () => {
    const lost = defineOwnOp({
      name: 'lost',
      outputs: 2,
      // @ts-expect-error: one type where the op says that it gives two.
      infer: ([only]) => [only],
      lowering: { kind: 'elementwise', expression: ([only]) => only },
      gradient: 'none',
      reference: () => undefined,
    });
    const infer = () => applyAll(lost, [x], {});
    expect(infer).toThrow(ShapeError);
    expect(infer).toThrow('lost outputs: expected 2, found 1');
  });

  it('is exact where attributes say which inputs there are', () => {
    const attrs = { epsilon: 1e-5, center: true, weight: true, bias: false };
    expect(() => apply(normOp, [x], attrs)).toThrow('layerNorm inputs: expected 2, found 1');
  });
});

describe('sizes by rank', () => {
  it('are a tuple of the rank, or an error that says both ranks', () => {
    const [rows, columns] = dims(x, 2, 'test');
    expectTypeOf(rows).toEqualTypeOf<Dim>();
    expect([rows, columns]).toEqual([2, 3]);
    expect(() => dims(x, 3, 'attention: x')).toThrow(ShapeError);
    expect(() => dims(x, 3, 'attention: x')).toThrow(
      'attention: x: expected rank 3, found 2: [2,3]',
    );
  });

  it('are found by axis, from the back too', () => {
    expect([dimAt(x, 0), dimAt(x, -2), lastDim(x)]).toEqual([2, 2, 3]);
    expect(() => dimAt(x, 2)).toThrow('no axis 2 in shape [2,3]');
    expect(() => lastDim(f32())).toThrow(ShapeError);
  });
});
