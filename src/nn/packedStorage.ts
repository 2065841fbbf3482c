/**
 * Parameters in fewer bits, for inference: the matrices that only multiply or are looked up in are
 * packed. What else there is (biases, norms, weights of recurrent states) stays float32: it is small,
 * or its kernels read that.
 */
import {
  type Arithmetic,
  type Packing,
  packing,
  rowGroups,
  rowPackets,
} from '../../shaders/packed/format';
import { OptionError } from '../core/errors';
import { packMatrix } from '../core/packing';
import type { Tensor } from '../graph/op';
import { type PackedMatrix, packedMatmul } from '../ops/packed/op';
import { unpackRows } from '../ops/packed/rows';
import { view } from '../ops/view/op';
import {
  aligned,
  type Packer,
  type Parameter,
  type ParameterLayout,
  type Part,
} from './parameters';
import { ARITHMETICS, type StorageFormat, WEIGHT_FORMATS, type WeightFormat } from './storage';
import type { Weight } from './weight';

/**
 * A model's layout with its matrices in a format.
 * @param layout of `declareParameters`, all float32
 * @param arithmetic of their products
 * @throws OptionError for an unknown format or arithmetic
 */
export function storeAs(
  layout: ParameterLayout,
  format: WeightFormat,
  arithmetic: Arithmetic = 'f32',
): ParameterLayout {
  if (!WEIGHT_FORMATS.includes(format)) {
    throw new OptionError(
      `weights: unknown format '${format}'; known: ${WEIGHT_FORMATS.join(', ')}`,
    );
  }
  if (!ARITHMETICS.includes(arithmetic)) {
    const known = ARITHMETICS.join(', ');
    throw new OptionError(`arithmetic: '${arithmetic}' is unknown; known: ${known}`);
  }
  if (format === 'f32') {
    if (arithmetic === 'f32') return layout;
    throw new OptionError(
      `arithmetic: ${arithmetic} needs weights stored as f16, int8 or int4, found f32`,
    );
  }
  const how = packing(format);
  let [size, wordCount] = [0, 0];
  const take = (elements: number): number => {
    const offset = size;
    size += aligned(elements);
    return offset;
  };
  const packedPart = ({ rows }: Part, columns: number): Part => {
    const groups = rowGroups(how, columns);
    const offset = wordCount;
    wordCount += aligned(rows * rowPackets(how, columns) * 4);
    return groups === 0 ? { rows, offset } : { rows, offset, scaleOffset: take(rows * groups) };
  };
  const parameters = layout.parameters.map((parameter): Parameter => {
    const { shape, parts, isWeight } = parameter;
    const width = shape.slice(1).reduce((product, n) => product * n, 1);
    if (isWeight) {
      return { ...parameter, packing: how, parts: parts.map((part) => packedPart(part, width)) };
    }
    const moved = parts.map(({ rows }) => ({ rows, offset: take(rows * width) }));
    return { ...parameter, parts: moved };
  });
  return { parameters, size, wordCount, packer: packerFor(arithmetic) };
}

/** Weights of fewer bits, which apps hand in. */
export const quantised: StorageFormat = { names: ['f16', 'int8', 'int4'], store: storeAs };

/**
 * A matrix of fewer bits, which is frozen.
 * @param arithmetic of products with it  @param words i32 that hold its words from an element on  @param scales f32 with its scales, if it has
 *   any, from an element on
 */
function packedWeight(
  arithmetic: Arithmetic,
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
    product: (x) => packedMatmul(x, matrix, arithmetic),
    rows: (ids) => unpackRows(matrix, ids),
  };
}

function packerFor(arithmetic: Arithmetic): Packer {
  return { pack: packMatrix, weight: (...matrix) => packedWeight(arithmetic, ...matrix) };
}
