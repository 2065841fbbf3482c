/** Float64 references of comparisons, choice and casts. */
import { forEachIndex } from '../../core/ndArray';
import type { DType } from '../../core/shape';
import type { Attrs, ReferenceCall } from '../../graph/op';
import type { CompareName, LogicName } from './attrs';

type Test = (a: number, b: number) => boolean;

const comparisons: Readonly<Record<CompareName, Test>> = {
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
};

const logic: Readonly<Record<LogicName, Test>> = {
  and: (a, b) => a !== 0 && b !== 0,
  or: (a, b) => a !== 0 || b !== 0,
};

function test(call: ReferenceCall<Attrs>, holds: Test): void {
  const [a, b] = call.inputs;
  const [y] = call.outputs;
  if (a === undefined || b === undefined || y === undefined) return;
  forEachIndex(y.shape, (index, i) => {
    y.data[i] = holds(a.broadcastAt(index), b.broadcastAt(index)) ? 1 : 0;
  });
}

export function compareReference(name: CompareName, call: ReferenceCall<Attrs>): void {
  test(call, comparisons[name]);
}

export function logicReference(name: LogicName, call: ReferenceCall<Attrs>): void {
  test(call, logic[name]);
}

export function whereReference({ inputs, outputs }: ReferenceCall<Attrs>): void {
  const [condition, a, b] = inputs;
  const [y] = outputs;
  if (condition === undefined || a === undefined || b === undefined || y === undefined) return;
  forEachIndex(y.shape, (index, i) => {
    const chosen = condition.broadcastAt(index) !== 0 ? a : b;
    y.data[i] = chosen.broadcastAt(index);
  });
}

export function castReference(call: ReferenceCall<{ readonly dtype: DType }>): void {
  const [x] = call.inputs;
  const [y] = call.outputs;
  if (x === undefined || y === undefined) return;
  const convert: Readonly<Record<DType, (value: number) => number>> = {
    f32: (value) => value,
    i32: Math.trunc,
    bool: (value) => (value !== 0 ? 1 : 0),
  };
  x.data.forEach((value, i) => {
    y.data[i] = convert[call.attrs.dtype](value);
  });
}
