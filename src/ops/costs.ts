/**
 * Costs of the library's ops where they differ from the default of `costOf`. They stand apart from the ops, so
 * that only reports of plans carry them; an op from outside brings its own.
 */
import { addDims, multiplyDims } from '../core/dim';
import { dims, lastDim, numberOfElements, type Shaped } from '../core/shape';
import { type CostEntry, type Costs, copyOf, costEntry, perElement } from '../graph/cost';
import type { Count } from '../graph/count';
import type { Attrs, Cost, Op } from '../graph/op';
import { attendGradOp, scoresGradOp } from './additiveAttention/grad';
import { additiveAttentionOp } from './additiveAttention/op';
import { productFlops } from './attention/attrs';
import { attentionGradOp } from './attention/backward';
import { attentionOp } from './attention/forward';
import { crossEntropyGradOp } from './crossEntropy/grad';
import { crossEntropyOp } from './crossEntropy/op';
import { cumprodOp, cumsumOp } from './cumsum/op';
import { embeddingGradOp } from './embedding/grad';
import { embeddingOp } from './embedding/op';
import { gatherOp } from './gather/op';
import { normGradParametersOp, normGradXOp } from './layerNorm/grad';
import { normOp } from './layerNorm/op';
import { matmulOp } from './matmul/op';
import { sizesOf } from './matmul/sizes';
import { recurrenceGradOp } from './recurrence/grad';
import { productCost } from './recurrence/launch';
import { sizesOf as layerSizes, recurrenceOp } from './recurrence/op';
import { recurrenceStepOp } from './recurrence/step';
import { maxOp, meanOp, prodOp, sumOp } from './reduce/op';
import { rotaryOp } from './rotary/op';
import { scatterGradOp } from './scatter/grad';
import { scatterOp } from './scatter/op';
import { logSoftmaxGradOp, softmaxGradOp } from './softmax/grad';
import { logSoftmaxOp, softmaxOp } from './softmax/op';
import { sortGradOp } from './sort/grad';
import { takeRowOp } from './takeRow/op';
import { writeRowsOp } from './update/op';
import { putRowOp } from './update/putRow';

/** `flops` operations for each element of the first output. */
function ofOutput<A extends Attrs, O extends 1 | 2>(
  flops: number,
  ...ops: readonly Op<A, Count, O>[]
): readonly CostEntry[] {
  return ops.map((op) => costEntry(op, ({ types }) => perElement(flops, types[0])));
}

/** The cost of copying the first output. */
function ofCopy<A extends Attrs>(op: Op<A, Count, 1>): CostEntry {
  return costEntry(op, ({ types: [y] }) => copied(y));
}

function copied({ shape }: Shaped): Cost {
  return copyOf(numberOfElements(shape));
}

export const costs: Costs = new Map([
  costEntry(matmulOp, ({ inputs: [a, b], attrs }) => {
    const { m, n, k, batch } = sizesOf(a, b, attrs);
    return { flops: [2, m, n, k, batch].reduce(multiplyDims) };
  }),
  // One product for the scores, one for the weighted sums of the values.
  costEntry(attentionOp, ({ inputs, attrs }) => ({ flops: productFlops(inputs, attrs, 1, 1) })),
  costEntry(attentionGradOp, ({ inputs, attrs }) => ({
    flops:
      attrs.bias === false ? productFlops(inputs, attrs, 3, 2) : productFlops(inputs, attrs, 4, 3),
  })),
  costEntry(additiveAttentionOp, ({ inputs: [, keys, , values] }) => ({
    flops: addDims(perElement(4, keys).flops, perElement(2, values).flops),
  })),
  costEntry(attendGradOp, ({ types: [, dvalues] }) => perElement(3, dvalues)),
  costEntry(scoresGradOp, ({ types: [, dkeys] }) => perElement(9, dkeys)),
  costEntry(recurrenceOp, ({ attrs, types: [y] }) => productCost(attrs.cell, layerSizes(y))),
  costEntry(recurrenceGradOp, ({ attrs, inputs: [dy] }) => productCost(attrs.cell, layerSizes(dy))),
  costEntry(recurrenceStepOp, ({ attrs, types: [y] }) => {
    const [batch, size] = dims(y, 2, 'recurrenceStep');
    return productCost(attrs.cell, { batch, length: 1, size });
  }),
  costEntry(rotaryOp, ({ types: [y] }) => {
    const size = numberOfElements(y.shape);
    return { flops: multiplyDims(3, size), moved: multiplyDims(2, size) };
  }),
  costEntry(crossEntropyOp, ({ inputs: [logits] }) => perElement(4, logits)),
  costEntry(normGradParametersOp, ({ inputs: [dy] }) => perElement(5, dy)),
  costEntry(embeddingGradOp, ({ inputs: [, dy] }) => perElement(1, dy)),
  costEntry(scatterOp, ({ inputs: [, , updates], attrs: { add } }) =>
    perElement(add ? 1 : 0, updates),
  ),
  costEntry(putRowOp, ({ inputs: [, row] }) => copied(row)),
  costEntry(writeRowsOp, ({ inputs: [cache, rows] }) => {
    const columns = lastDim(cache);
    return copyOf(numberOfElements([...rows.shape.slice(0, 2), columns]));
  }),
  ...[sumOp, prodOp, meanOp, maxOp].map((op) =>
    costEntry(op, ({ inputs: [x] }) => perElement(1, x)),
  ),
  ...ofOutput(1, cumsumOp, cumprodOp),
  ...ofOutput(4, softmaxGradOp, logSoftmaxGradOp),
  ...ofOutput(4, crossEntropyGradOp),
  ...ofOutput(5, softmaxOp, logSoftmaxOp),
  ...ofOutput(8, normOp),
  ...ofOutput(11, normGradXOp),
  ofCopy(embeddingOp),
  ofCopy(gatherOp),
  ofCopy(scatterGradOp),
  ofCopy(sortGradOp),
  ofCopy(takeRowOp),
]);
