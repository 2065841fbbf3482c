/** Float64 references of the binary operations. */
import { forEachIndex } from '../../core/ndArray';
import type { Attrs, ReferenceCall } from '../../graph/op';
import type { BinaryName } from './attrs';

const functions: Readonly<Record<BinaryName, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
};

export function binaryReference(name: BinaryName, call: ReferenceCall<Attrs>): void {
  const [a, b] = call.inputs;
  const [y] = call.outputs;
  if (a === undefined || b === undefined || y === undefined) return;
  const f = functions[name];
  forEachIndex(y.shape, (index, i) => {
    y.data[i] = f(a.broadcastAt(index), b.broadcastAt(index));
  });
}
