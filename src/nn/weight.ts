/** A matrix of a model, whatever it is stored as: modules multiply by it and look rows up, no more. */
import { type Packing, rowGroups, rowPackets } from '../../shaders/packed/format';
import type { Tensor } from '../graph/op';
import { embedding } from '../ops/embedding/op';
import { matmul } from '../ops/matmul/op';
import { type PackedMatrix, packedMatmul } from '../ops/packed/op';
import { unpackRows } from '../ops/packed/rows';
import { view } from '../ops/view/op';

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

/**
 * A matrix of fewer bits, which is frozen.
 * @param words i32 that hold its words from an element on  @param scales f32 with its scales, if it has
 *   any, from an element on
 */
export function packedWeight(
  packing: Packing,
  [rows, columns]: readonly [number, number],
  [words, firstWord]: readonly [Tensor, number],
  [scales, firstScale]: readonly [Tensor, number | undefined],
): Weight {
  const matrix: PackedMatrix = {
    packing,
    columns,
    words: view(words, [rows, 4 * rowPackets(packing, columns)], firstWord),
    scales:
      firstScale === undefined
        ? undefined
        : view(scales, [rows, rowGroups(packing, columns)], firstScale),
  };
  return {
    product: (x) => packedMatmul(x, matrix),
    rows: (ids) => unpackRows(matrix, ids),
  };
}
