/**
 * Parameters in fewer bits, for inference: the matrices that only multiply or are looked up in are
 * quantised. What else there is (biases, norms, weights of recurrent states) stays float32: it is small,
 * or its kernels read that.
 */
import {
  groupsPerRow,
  packetsPerRow,
  type QuantisationScheme,
  quantisationScheme,
} from '../../shaders/quantised/format';
import { OptionError } from '../core/errors';
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
  const scheme = quantisationScheme(format);
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

/** Weights of fewer bits, which apps hand in. */
export const quantised: StorageFormat = { names: ['f16', 'int8', 'int4'], store: storeAs };

/**
 * A matrix of fewer bits, which is frozen.
 * @param arithmetic of products with it  @param words i32 that hold its words from an element on  @param scales f32 with its scales, if it has
 *   any, from an element on
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
