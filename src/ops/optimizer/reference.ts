/** Float64 references of the optimisers, in the symbols of the papers. */
import type { AdagradSpec } from '../../../shaders/optimizer/adagrad.wgsl';
import type { AdamSpec } from '../../../shaders/optimizer/adam.wgsl';
import type { RmspropSpec } from '../../../shaders/optimizer/rmsprop.wgsl';
import type { SgdSpec } from '../../../shaders/optimizer/sgd.wgsl';
import type { Attrs } from '../../graph/op';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { adagradOp, adamOp, rmspropOp, sgdOp, sumSquaresOp } from './op';

function adamReference({ attrs, inputs, outputs }: ReferenceCall<AdamSpec, [7, 8], [3, 4]>): void {
  const [, , , gradients, scale, rate, corrections] = inputs;
  const [theta, m, v, largest] = outputs;
  const { beta1, beta2, epsilon, weightDecay, decoupled } = attrs;
  const alpha = rate.flat(0);
  for (let i = 0; i < theta.size; i++) {
    let p = theta.flat(i);
    let g = gradients.flat(i) * scale.flat(0);
    if (decoupled) p -= alpha * weightDecay * p;
    else g += weightDecay * p;
    const mt = beta1 * m.flat(i) + (1 - beta1) * g;
    const vt = beta2 * v.flat(i) + (1 - beta2) * g * g;
    m.data[i] = mt;
    v.data[i] = vt;
    const mHat = mt / corrections.flat(0);
    const bound = largest === undefined ? vt : Math.max(largest.flat(i), vt);
    if (largest !== undefined) largest.data[i] = bound;
    const vHat = bound / corrections.flat(1);
    theta.data[i] = p - (alpha * mHat) / (Math.sqrt(vHat) + epsilon);
  }
}

function sgdReference({ attrs, inputs, outputs }: ReferenceCall<SgdSpec, 5, 2>): void {
  const [, , gradients, scale, rate] = inputs;
  const [theta, b] = outputs;
  const { momentum, nesterov, weightDecay } = attrs;
  for (let i = 0; i < theta.size; i++) {
    const g = gradients.flat(i) * scale.flat(0) + weightDecay * theta.flat(i);
    const bt = momentum * b.flat(i) + g;
    b.data[i] = bt;
    theta.data[i] = theta.flat(i) - rate.flat(0) * (nesterov ? g + momentum * bt : bt);
  }
}

function rmspropReference({
  attrs,
  inputs,
  outputs,
}: ReferenceCall<RmspropSpec, [5, 7], [2, 4]>): void {
  const [gradients, scale, rate] = inputs;
  const [theta, v, ...extra] = outputs;
  const { alpha, epsilon, weightDecay, momentum, centered } = attrs;
  const b = momentum > 0 ? extra[0] : undefined;
  const mean = centered ? extra.at(-1) : undefined;
  for (let i = 0; i < theta.size; i++) {
    const g = gradients.flat(i) * scale.flat(0) + weightDecay * theta.flat(i);
    const vt = alpha * v.flat(i) + (1 - alpha) * g * g;
    v.data[i] = vt;
    let variance = vt;
    if (mean !== undefined) {
      const mt = alpha * mean.flat(i) + (1 - alpha) * g;
      mean.data[i] = mt;
      variance = Math.max(0, vt - mt * mt);
    }
    let change = g / (Math.sqrt(variance) + epsilon);
    if (b !== undefined) {
      change += momentum * b.flat(i);
      b.data[i] = change;
    }
    theta.data[i] = theta.flat(i) - rate.flat(0) * change;
  }
}

function adagradReference({ attrs, inputs, outputs }: ReferenceCall<AdagradSpec, 5, 2>): void {
  const [gradients, scale, rate] = inputs;
  const [theta, sum] = outputs;
  for (let i = 0; i < theta.size; i++) {
    const decay = attrs.weightDecay * theta.flat(i);
    const g = gradients.flat(i) * scale.flat(0) + decay;
    sum.data[i] = sum.flat(i) + g * g;
    const root = Math.sqrt(sum.flat(i));
    theta.data[i] = theta.flat(i) - (rate.flat(0) * g) / (root + attrs.epsilon);
  }
}

function sumSquaresReference({ inputs, outputs }: ReferenceCall<Attrs, 1, 1>): void {
  let total = 0;
  inputs[0].data.forEach((x) => {
    total += x * x;
  });
  outputs[0].data.fill(total);
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(adamOp, adamReference),
  referenceOf(sgdOp, sgdReference),
  referenceOf(rmspropOp, rmspropReference),
  referenceOf(adagradOp, adagradReference),
  referenceOf(sumSquaresOp, sumSquaresReference),
];
