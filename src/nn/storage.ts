/**
 * How parameters are stored on the device: all in float32, as training needs them, or for inference
 * with the matrices that only multiply or are looked up in packed in fewer bits. What else there is
 * (biases, norms, weights of recurrent states) stays float32: it is small, or its kernels read that.
 */
import { type PackedFormat, packing, rowGroups, rowPackets } from '../../shaders/packed/format';
import { OptionError } from '../core/errors';
import type { HostData } from '../core/hostTensor';
import { packMatrix } from '../core/packing';
import type { TensorType } from '../core/shape';
import type { Lookup } from '../graph/graph';
import { fillArena, type NamedTensors, namedTensor, ranges } from './arena';
import {
  aligned,
  bindParameters,
  PACKED_PARAMETERS,
  PARAMETERS,
  type Parameter,
  type ParameterLayout,
  type Part,
  type Scope,
} from './parameters';

/** float32, float16, or integers of 8 or 4 bits with a scale for 64 or 32 neighbours. */
export type WeightFormat = 'f32' | PackedFormat;

export const WEIGHT_FORMATS: readonly WeightFormat[] = ['f32', 'f16', 'int8', 'int4'];

/**
 * A model's layout with its matrices in a format.
 * @param layout of `declareParameters`, all float32
 * @throws OptionError for an unknown format
 */
export function storeAs(layout: ParameterLayout, format: WeightFormat): ParameterLayout {
  if (!WEIGHT_FORMATS.includes(format)) {
    throw new OptionError(
      `weights: unknown format '${format}'; known: ${WEIGHT_FORMATS.join(', ')}`,
    );
  }
  if (format === 'f32') return layout;
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
  return { parameters, size, wordCount };
}

/** Bytes on the device. */
export function parameterBytes({ size, wordCount }: ParameterLayout): number {
  return 4 * (size + wordCount);
}

/** The states in which a layout's parameters live. */
export function parameterStates(layout: ParameterLayout): Readonly<Record<string, TensorType>> {
  const arena = { [PARAMETERS]: { dtype: 'f32', shape: [layout.size] } } as const;
  if (layout.wordCount === 0) return arena;
  return { ...arena, [PACKED_PARAMETERS]: { dtype: 'i32', shape: [layout.wordCount] } };
}

/** The scope of a plan that has these states. */
export function parameterScope(layout: ParameterLayout, states: Lookup): Scope {
  const words = layout.wordCount === 0 ? undefined : states(PACKED_PARAMETERS);
  return bindParameters(layout, states(PARAMETERS), undefined, undefined, words).scope;
}

/**
 * The contents of these states, by their names.
 * @throws FormatError for a missing tensor or another shape; DTypeError for weights that cannot be packed
 */
export function storedParameters(
  layout: ParameterLayout,
  tensors: NamedTensors,
): ReadonlyMap<string, HostData> {
  const arena = new Float32Array(layout.size);
  const words = new Int32Array(layout.wordCount);
  for (const parameter of layout.parameters) {
    const data = namedTensor(parameter, tensors);
    const { name, shape, parts, packing: how } = parameter;
    if (how === undefined) {
      fillArena(arena, parameter, data);
      continue;
    }
    ranges(parameter).forEach(({ from, to, length }, i) => {
      const packed = packMatrix(name, data.subarray(from, from + length), shape[1] ?? 1, how);
      words.set(packed.words, to);
      arena.set(packed.scales, parts[i]?.scaleOffset ?? 0);
    });
  }
  const stored = new Map<string, HostData>([[PARAMETERS, arena]]);
  if (layout.wordCount > 0) stored.set(PACKED_PARAMETERS, words);
  return stored;
}
