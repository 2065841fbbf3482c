/**
 * Costs of the library's ops where they differ from the default of `costOf`. They stand apart from the ops, so
 * that only reports of plans carry them; an op from outside brings its own.
 */
import { addDims, multiplyDims } from '../core/dim';
import { defined } from '../core/errors';
import { numberOfElements, type TensorType } from '../core/shape';
import { type CostEntry, type Costs, copyOf, costEntry, perElement } from '../graph/cost';
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
function ofOutput<A extends Attrs>(flops: number, ...ops: readonly Op<A>[]): readonly CostEntry[] {
  return ops.map((op) => costEntry(op, ({ types: [y] }) => perElement(flops, y?.shape)));
}

/** The cost of copying the first output. */
function ofCopy<A extends Attrs>(op: Op<A>): CostEntry {
  return costEntry(op, ({ types: [y] }) => copied(y));
}

function copied(type: TensorType | undefined): Cost {
  return copyOf(numberOfElements(type?.shape ?? []));
}

export const costs: Costs = new Map([
  costEntry(matmulOp, ({ inputs: [a, b], attrs }) => {
    const { m, n, k, batch } = sizesOf(defined(a, 'a'), defined(b, 'b'), attrs);
    return { flops: [2, m, n, k, batch].reduce(multiplyDims) };
  }),
  // One product for the scores, one for the weighted sums of the values.
  costEntry(attentionOp, ({ inputs, attrs }) => ({ flops: productFlops(inputs, attrs, 1, 1) })),
  costEntry(attentionGradOp, ({ inputs, attrs }) => ({
    flops:
      attrs.bias === false ? productFlops(inputs, attrs, 3, 2) : productFlops(inputs, attrs, 4, 3),
  })),
  costEntry(additiveAttentionOp, ({ inputs: [, keys, , values] }) => ({
    flops: addDims(perElement(4, keys?.shape).flops, perElement(2, values?.shape).flops),
  })),
  costEntry(attendGradOp, ({ types: [, dvalues] }) => perElement(3, dvalues?.shape)),
  costEntry(scoresGradOp, ({ types: [, dkeys] }) => perElement(9, dkeys?.shape)),
  costEntry(recurrenceOp, ({ attrs, types: [y] }) =>
    productCost(attrs.cell, layerSizes(y?.shape ?? [])),
  ),
  costEntry(recurrenceGradOp, ({ attrs, inputs: [dy] }) =>
    productCost(attrs.cell, layerSizes(dy?.shape ?? [])),
  ),
  costEntry(recurrenceStepOp, ({ attrs, types: [y] }) => {
    const [batch = 1, size = 1] = y?.shape ?? [];
    return productCost(attrs.cell, { batch, length: 1, size });
  }),
  costEntry(rotaryOp, ({ types: [y] }) => {
    const size = numberOfElements(y?.shape ?? []);
    return { flops: multiplyDims(3, size), moved: multiplyDims(2, size) };
  }),
  costEntry(crossEntropyOp, ({ inputs: [logits] }) => perElement(4, logits?.shape)),
  costEntry(normGradParametersOp, ({ inputs: [dy] }) => perElement(5, dy?.shape)),
  costEntry(embeddingGradOp, ({ inputs: [, dy] }) => perElement(1, dy?.shape)),
  costEntry(scatterOp, ({ inputs: [, , updates], attrs: { add } }) =>
    perElement(add ? 1 : 0, updates?.shape),
  ),
  costEntry(putRowOp, ({ inputs: [, row] }) => copied(row)),
  costEntry(writeRowsOp, ({ inputs: [cache, rows] }) => {
    const [, , columns = 1] = cache?.shape ?? [];
    return copyOf(numberOfElements([...(rows?.shape.slice(0, 2) ?? []), columns]));
  }),
  ...[sumOp, prodOp, meanOp, maxOp].map((op) =>
    costEntry(op, ({ inputs: [x] }) => perElement(1, x?.shape)),
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
