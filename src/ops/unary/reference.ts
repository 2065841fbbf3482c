/** Float64 references of the unary functions. */
import type { Attrs, Op } from '../../graph/op';
import { type ReferenceEntry, referenceOf } from '../../graph/reference';
import {
  absOp,
  erfOp,
  expOp,
  floorOp,
  logOp,
  negOp,
  reluOp,
  roundOp,
  rsqrtOp,
  sigmoidOp,
  softplusOp,
  sqrtOp,
  tanhOp,
} from './op';
import { cosOp, sinOp } from './sine';

/**
 * Within 2e-15 (Abramowitz and Stegun): up to 3 by the series 7.1.6, whose terms are all positive; beyond by
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

/** Ties go to even; Math.round rounds them up. */
function round64(x: number): number {
  const below = Math.floor(x);
  const isTie = x - below === 0.5;
  return isTie ? 2 * Math.round(x / 2) : Math.round(x);
}

function unary<A extends Attrs>(op: Op<A, 1, 1>, f: (x: number) => number): ReferenceEntry {
  return referenceOf(op, ({ inputs: [x], outputs: [y] }) => {
    x.data.forEach((value, i) => {
      y.data[i] = f(value);
    });
  });
}

export const references: readonly ReferenceEntry[] = [
  unary(negOp, (x) => -x),
  unary(absOp, Math.abs),
  unary(expOp, Math.exp),
  unary(logOp, Math.log),
  unary(sqrtOp, Math.sqrt),
  unary(rsqrtOp, (x) => 1 / Math.sqrt(x)),
  unary(tanhOp, Math.tanh),
  unary(sigmoidOp, (x) => 1 / (1 + Math.exp(-x))),
  unary(softplusOp, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  unary(reluOp, (x) => Math.max(x, 0)),
  unary(erfOp, erf64),
  unary(sinOp, Math.sin),
  unary(cosOp, Math.cos),
  unary(floorOp, Math.floor),
  unary(roundOp, round64),
];
