/**
 * Parameters in fewer bits, for inference: matrices that are only multiplied by or looked up in are
 * quantised. All others (biases, norms, recurrent matrices) stay float32, because they are small or
 * because their kernels read float32.
 */
import {
  groupsPerRow,
  packetsPerRow,
  type QuantisationScheme,
  quantisationScheme,
} from '../../shaders/quantised/format';
import { quantiseMatrix } from '../core/quantise';
import type { Tensor } from '../graph/op';
import type { Arithmetic } from '../ops/quantised/attrs';
import { type QuantisedMatrix, quantisedMatmul } from '../ops/quantised/op';
import { dequantiseRows } from '../ops/quantised/rows';
import { view } from '../ops/view/op';
import {
  aligned,
  type Parameter,
  type ParameterLayout,
  type Part,
  type Quantiser,
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
  return storedLayout(layout, { dtype, arithmetic }, [quantisedParameters]);
}

function quantisedLayout(
  layout: ParameterLayout,
  dtype: ParameterDType,
  arithmetic: Arithmetic,
): ParameterLayout {
  if (dtype === 'f32') return layout;
  const scheme = quantisationScheme(dtype);
  let [size, wordCount] = [0, 0];
  const take = (elements: number): number => {
    const offset = size;
    size += aligned(elements);
    return offset;
  };
  const quantisedPart = ({ rows }: Part, columns: number): Part => {
    const groups = groupsPerRow(scheme, columns);
    const offset = wordCount;
    wordCount += aligned(rows * packetsPerRow(scheme, columns) * 4);
    return groups === 0 ? { rows, offset } : { rows, offset, scaleOffset: take(rows * groups) };
  };
  const parameters = layout.parameters.map((parameter): Parameter => {
    const { shape, parts, isWeight } = parameter;
    const width = shape.slice(1).reduce((product, n) => product * n, 1);
    if (isWeight) {
      return { ...parameter, scheme, parts: parts.map((part) => quantisedPart(part, width)) };
    }
    const moved = parts.map(({ rows }) => ({ rows, offset: take(rows * width) }));
    return { ...parameter, parts: moved };
  });
  return { parameters, size, wordCount, quantiser: quantiserFor(arithmetic) };
}

/** Support for parameters of fewer bits on the device. */
export const quantisedParameters: ParameterFormat = {
  dtypes: ['f16', 'int8', 'int4'],
  store: quantisedLayout,
};

/**
 * A quantised matrix, which cannot be trained.
 * @param arithmetic precision of products with it
 * @param words an i32 tensor, and the index of the matrix's first word
 * @param scales an f32 tensor, and the index of the matrix's first scale; undefined for a type
 *   without scales
 */
function quantisedWeight(
  arithmetic: Arithmetic,
  scheme: QuantisationScheme,
  [rows, columns]: readonly [number, number],
  [words, firstWord]: readonly [Tensor, number],
  [scales, firstScale]: readonly [Tensor, number | undefined],
): Weight {
  const matrix: QuantisedMatrix = {
    scheme,
    columns,
    words: view(words, [rows, 4 * packetsPerRow(scheme, columns)], firstWord),
    scales:
      firstScale === undefined
        ? undefined
        : view(scales, [rows, groupsPerRow(scheme, columns)], firstScale),
  };
  return {
    product: (x) => quantisedMatmul(x, matrix, arithmetic),
    rows: (ids) => dequantiseRows(matrix, ids),
  };
}

function quantiserFor(arithmetic: Arithmetic): Quantiser {
  return {
    quantise: quantiseMatrix,
    weight: (...matrix) => quantisedWeight(arithmetic, ...matrix),
  };
}
