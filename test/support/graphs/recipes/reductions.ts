/** Recipes of ops along rows and axes: sums, softmax, norms, losses, the largest values. */
import type { Tensor } from 'qkv/graph';
import { type Builder, sameShape } from '../builder';
import type { Recipes } from './index';

/** Factors of a product: that of more would soon be too small for float32. */
const MOST_FACTORS = 20;

const reduction = (name: string) => (b: Builder) => {
  const x = b.f32();
  const axes = x.shape.map((_, i) => i).filter(() => b.flag());
  const axis = axes.length === 0 ? undefined : axes;
  b.call(name, [x, { axis, keepDims: b.flag() }]);
};

const rows = (name: string) => (b: Builder) => {
  const x = b.ranked(1);
  const mask = b.pool.find(
    (t) => t.dtype === 'bool' && t.shape.length <= x.shape.length && isSuffix(t.shape, x.shape),
  );
  b.call(name, [x, { axis: b.axis(x), mask: b.flag() ? mask : undefined }]);
};

function isSuffix(part: readonly unknown[], whole: readonly unknown[]): boolean {
  return sameShape(part as never, whole.slice(whole.length - part.length) as never);
}

/** A vector as long as the rows of x: one that is there, or the mean of its rows. */
function vector(b: Builder, name: string) {
  const x = b.ranked(1);
  const size = x.shape.at(-1);
  const known = b.pool.filter((t) => t.dtype === 'f32' && sameShape(t.shape, [size]));
  const make = () => {
    const axis = x.shape.slice(0, -1).map((_, i) => i);
    return axis.length === 0 ? x : b.call('mean', [x, { axis }]);
  };
  const one = () => (b.flag() ? undefined : known.length > 0 ? b.one(known) : make());
  b.call(name, name === 'layerNorm' ? [x, one(), one()] : [x, one()]);
}

/** Positive weights of classes, [V]. */
function classWeights(b: Builder, logits: Tensor): Tensor {
  const axis = logits.shape.slice(0, -1).map((_, i) => i);
  return b.call('sigmoid', [axis.length === 0 ? logits : b.call('mean', [logits, { axis }])]);
}

const crossEntropy = (name: string) => (b: Builder) => {
  const logits = b.ranked(1);
  const targets = b.ids(b.call('max', [logits, { axis: -1 }]), logits.shape.at(-1) ?? 1);
  b.calls(name, [
    logits,
    targets,
    {
      labelSmoothing: b.one([0, 0.1]),
      ignoreIndex: b.one([undefined, 0]),
      weights: b.below(3) === 1 ? classWeights(b, logits) : undefined,
    },
  ]);
};

export const reductions: Recipes = {
  sum: reduction('sum'),
  prod: (b) => {
    const x = b.f32();
    let factors = 1;
    const axis = x.shape.flatMap((d, i) => {
      if (b.flag() || factors * b.size(d) > MOST_FACTORS) return [];
      factors *= b.size(d);
      return [i];
    });
    b.call('prod', [x, { axis, keepDims: b.flag() }]);
  },
  mean: reduction('mean'),
  max: reduction('max'),
  sumTo: (b) => {
    const x = b.ranked(1);
    const shape = x.shape.map((d) => (b.flag() ? 1 : d));
    b.call('sumTo', [x, b.flag() ? shape.slice(1) : shape]);
  },
  softmax: rows('softmax'),
  logSoftmax: rows('logSoftmax'),
  layerNorm: (b) => vector(b, 'layerNorm'),
  rmsNorm: (b) => vector(b, 'rmsNorm'),
  argmax: (b) => {
    const hasValues = ({ shape }: Tensor) => shape.length > 0 && b.size(shape.at(-1)) > 0;
    b.call('argmax', [b.f32(hasValues)]);
  },
  topK: (b) => {
    const x = b.ranked(1);
    const size = b.size(x.shape.at(-1));
    b.calls('topK', [x, { k: 1 + b.below(size) }]);
  },
  nucleus: (b) => b.call('nucleus', [b.call('softmax', [b.ranked(1), {}]), b.one([0.5, 0.9])]),
  crossEntropy: crossEntropy('crossEntropy'),
  meanCrossEntropy: crossEntropy('meanCrossEntropy'),
};
