/** A matrix of a model, whatever it is stored as: modules multiply by it and look rows up, no more. */
import type { Tensor } from '../graph/op';
import { embedding } from '../ops/embedding/op';
import { matmul } from '../ops/matmul/op';

/** [outputs, inputs], as nn.Linear and nn.Embedding have it. */
export interface Weight {
  /** x @ weight^T. @param x [..., inputs]  @returns [..., outputs] */
  product(x: Tensor): Tensor;
  /**
   * Rows by number; those outside give zeros.
   * @param ids i32 [...]  @param paddingIndex an id whose row gets no gradient
   * @returns [..., inputs]
   */
  rows(ids: Tensor, paddingIndex?: number): Tensor;
}

/** A matrix of float32, which can be trained. */
export function denseWeight(matrix: Tensor): Weight {
  return {
    product: (x) => matmul(x, matrix, { transposeB: true }),
    rows: (ids, paddingIndex = -1) => embedding(ids, matrix, { paddingIndex }),
  };
}
