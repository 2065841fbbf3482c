/** Float64 references of the unary functions. */
import type { Attrs, ReferenceCall } from '../../graph/op';
import type { UnaryName } from './op';

const functions: Readonly<Record<UnaryName, (x: number) => number>> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => (x > 0 ? x : 0),
};

export function unaryReference(name: UnaryName, call: ReferenceCall<Attrs>): void {
  const [x] = call.inputs;
  const [y] = call.outputs;
  if (x === undefined || y === undefined) return;
  const f = functions[name];
  x.data.forEach((value, i) => {
    y.data[i] = f(value);
  });
}
