/** Float64 references of cross-entropy and its gradient, from the definition. */
import type { NdArray } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { CrossEntropyAttrs } from './attrs';
import { crossEntropyGradOp } from './grad';
import { crossEntropyOp } from './op';

/** Softmax of a row with its largest value and the sum of exp(x - largest). */
function softmaxOf(row: Float64Array) {
  const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = row.map((x) => Math.exp(x - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return { top, sum, probabilities: powers.map((p) => p / sum) };
}

/** The factor of each class's negative log-probability in the loss. */
function factorsOf(
  label: number,
  classes: number,
  smoothing: number,
  weights: NdArray | undefined,
): Float64Array {
  const target = Math.min(Math.max(label, 0), classes - 1);
  return Float64Array.from({ length: classes }, (_, c) => {
    const weight = weights?.flat(c) ?? 1;
    return weight * (smoothing / classes + (c === target ? 1 - smoothing : 0));
  });
}

const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

function crossEntropyReference(call: ReferenceCall<CrossEntropyAttrs, [2, 3], [2, 3]>): void {
  const { labelSmoothing, ignoreIndex } = call.attrs;
  const [logits, targets, weights] = call.inputs;
  const [loss, stats, rowWeights] = call.outputs;
  const classes = logits.dim(-1);
  targets.data.forEach((label, row) => {
    const x = logits.data.subarray(row * classes, (row + 1) * classes);
    const { top, sum } = softmaxOf(x);
    const q = factorsOf(label, classes, labelSmoothing, weights);
    const weight = weights?.flat(Math.min(Math.max(label, 0), classes - 1)) ?? 1;
    const saved = [top, sum, total(q), (1 - labelSmoothing) * weight];
    stats.data.set(saved.slice(0, stats.dim(-1)), stats.dim(-1) * row);
    if (label === ignoreIndex) return;
    if (rowWeights !== undefined) rowWeights.data[row] = weight;
    loss.data[row] = x.reduce((sofar, v, c) => sofar - (q[c] ?? 0) * (v - top - Math.log(sum)), 0);
  });
}

function crossEntropyGradReference(call: ReferenceCall<CrossEntropyAttrs, [4, 5], 1>): void {
  const { labelSmoothing, ignoreIndex } = call.attrs;
  const [logits, targets, , dloss, weights] = call.inputs;
  const [dlogits] = call.outputs;
  const classes = logits.dim(-1);
  targets.data.forEach((label, row) => {
    if (label === ignoreIndex) return;
    const { probabilities } = softmaxOf(logits.data.subarray(row * classes, (row + 1) * classes));
    const q = factorsOf(label, classes, labelSmoothing, weights);
    const sum = total(q);
    const scale = dloss.flat(dloss.size === 1 ? 0 : row);
    probabilities.forEach((p, c) => {
      dlogits.data[row * classes + c] = (sum * p - (q[c] ?? 0)) * scale;
    });
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(crossEntropyOp, crossEntropyReference),
  referenceOf(crossEntropyGradOp, crossEntropyGradReference),
];
