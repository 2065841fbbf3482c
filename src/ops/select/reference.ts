/** Float64 references of comparisons, selection and casts. */
import { forEachIndex } from '../../core/ndArray';
import type { DType } from '../../core/shape';
import type { Attrs, Op } from '../../graph/op';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import {
  andOp,
  castOp,
  equalOp,
  greaterEqualOp,
  greaterOp,
  isNaNOp,
  lessEqualOp,
  lessOp,
  notEqualOp,
  notOp,
  orOp,
  whereOp,
} from './op';

function test<A extends Attrs>(
  op: Op<A, 2, 1>,
  holds: (a: number, b: number) => boolean,
): ReferenceEntry {
  return referenceOf(op, ({ inputs: [a, b], outputs: [y] }) => {
    forEachIndex(y.shape, (index, i) => {
      y.data[i] = holds(a.broadcastAt(index), b.broadcastAt(index)) ? 1 : 0;
    });
  });
}

function testOne<A extends Attrs>(op: Op<A, 1, 1>, holds: (x: number) => boolean): ReferenceEntry {
  return referenceOf(op, ({ inputs: [x], outputs: [y] }) => {
    x.data.forEach((value, i) => {
      y.data[i] = holds(value) ? 1 : 0;
    });
  });
}

function whereReference({ inputs, outputs }: ReferenceCall<Attrs, 3, 1>): void {
  const [condition, a, b] = inputs;
  const [y] = outputs;
  forEachIndex(y.shape, (index, i) => {
    const chosen = condition.broadcastAt(index) !== 0 ? a : b;
    y.data[i] = chosen.broadcastAt(index);
  });
}

function castReference(call: ReferenceCall<{ readonly dtype: DType }, 1, 1>): void {
  const [x] = call.inputs;
  const [y] = call.outputs;
  const convert: Readonly<Record<DType, (value: number) => number>> = {
    f32: (value) => value,
    i32: Math.trunc,
    bool: (value) => (value !== 0 ? 1 : 0),
  };
  x.data.forEach((value, i) => {
    y.data[i] = convert[call.attrs.dtype](value);
  });
}

export const references: readonly ReferenceEntry[] = [
  test(equalOp, (a, b) => a === b),
  test(notEqualOp, (a, b) => a !== b),
  test(lessOp, (a, b) => a < b),
  test(lessEqualOp, (a, b) => a <= b),
  test(greaterOp, (a, b) => a > b),
  test(greaterEqualOp, (a, b) => a >= b),
  test(andOp, (a, b) => a !== 0 && b !== 0),
  test(orOp, (a, b) => a !== 0 || b !== 0),
  testOne(notOp, (x) => x === 0),
  testOne(isNaNOp, Number.isNaN),
  referenceOf(whereOp, whereReference),
  referenceOf(castOp, castReference),
];
