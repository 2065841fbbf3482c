/** A matrix of a model in any element type. Layers only multiply by it and look rows up. */
import type { Tensor } from '../graph/op';
import { embedding } from '../ops/embedding/op';
import { matmul } from '../ops/matmul/op';

/** A matrix [outputs, inputs], laid out as the weight of nn.Linear and nn.Embedding. */
export interface Weight {
  /** x @ weight^T. @param x [..., inputs]  @returns [..., outputs] */
  product(x: Tensor): Tensor;
  /**
   * Looks rows up; ids out of range give zeros.
   * @param ids i32 [...]  @param paddingIndex an id whose row gets no gradient
   * @returns [..., inputs]
   */
  rows(ids: Tensor, paddingIndex?: number): Tensor;
}

/** A float32 matrix, which can be trained. */
export function denseWeight(matrix: Tensor): Weight {
  return {
    product: (x) => matmul(x, matrix, { transposeB: true }),
    rows: (ids, paddingIndex = -1) => embedding(ids, matrix, { paddingIndex }),
  };
}
