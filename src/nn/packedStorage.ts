/**
 * Parameters in fewer bits, for inference: matrices that are only multiplied by or looked up in are quantised.
 * All others (biases, norms, recurrent matrices) stay float32, because they are small or because their kernels
 * read float32.
 */
import {
  type Arithmetic,
  type Packing,
  packing,
  rowGroups,
  rowPackets,
} from '../../shaders/packed/format';
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
import { type ParameterDType, type ParameterFormat, storedLayout } from './storage';
import type { Weight } from './weight';

/**
 * A model's layout with its matrices in an element type.
 * @param layout from `declareParameters`, all float32
 * @param arithmetic precision of products with the matrices
 * @throws OptionError for an unknown type or arithmetic
 */
export function storeAs(
  layout: ParameterLayout,
  dtype: ParameterDType,
  arithmetic: Arithmetic = 'f32',
): ParameterLayout {
  return storedLayout(layout, { dtype, arithmetic }, [quantised]);
}

function quantisedLayout(
  layout: ParameterLayout,
  dtype: ParameterDType,
  arithmetic: Arithmetic,
): ParameterLayout {
  if (dtype === 'f32') return layout;
  const how = packing(dtype);
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

/** Support for parameters of fewer bits: the option `formats: [quantised]` of a load. */
export const quantised: ParameterFormat = {
  dtypes: ['f16', 'int8', 'int4'],
  store: quantisedLayout,
};

/**
 * A quantised matrix, which cannot be trained.
 * @param arithmetic precision of products with it
 * @param words an i32 tensor, and the index of the matrix's first word
 * @param scales an f32 tensor, and the index of the matrix's first scale; undefined for a type without scales
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
