/** Float64 references of the unary functions. */
import type { Attrs, ReferenceCall } from '../../graph/op';
import type { UnaryName } from './attrs';

const functions: Readonly<Record<UnaryName, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  relu: (x) => Math.max(x, 0),
  erf: erf64,
};

/**
 * Within 2e-15 (Abramowitz and Stegun): up to 3 the series 7.1.6, whose terms are all positive, beyond it
 * the continued fraction 7.1.14 of erfc.
 */
function erf64(x: number): number {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  if (z > 3) {
    let fraction = 0;
    for (let n = 60; n > 0; n--) fraction = n / 2 / (z + fraction);
    return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + fraction)));
  }
  let [term, total] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

export function unaryReference(name: UnaryName, call: ReferenceCall<Attrs>): void {
  const [x] = call.inputs;
  const [y] = call.outputs;
  if (x === undefined || y === undefined) return;
  const f = functions[name];
  x.data.forEach((value, i) => {
    y.data[i] = f(value);
  });
}
