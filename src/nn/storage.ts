/**
 * Parameters on the device: the states that hold them, how a plan reads them, and their contents.
 * Every parameter of a layout is float32, or its matrices are quantised (quantisedStorage.ts).
 */
import type { QuantisedFormat } from '../../shaders/quantised/format';
import { defined, OptionError, shown } from '../core/errors';
import type { HostData } from '../core/hostTensor';
import { dimAt, f32, i32, type TensorType } from '../core/shape';
import type { Lookup } from '../graph/graph';
import type { Arithmetic } from '../ops/quantised/attrs';
import { fillArena, type NamedTensors, namedTensor, ranges } from './arena';
import {
  bindParameters,
  PARAMETERS,
  type ParameterLayout,
  QUANTISED_PARAMETERS,
  type Scope,
} from './parameters';

/**
 * Element type of a model's matrices on the device: float32, float16, or integers of 8 or 4 bits
 * with a scale for each group of 64 or 32 neighbours in a row.
 */
export type ParameterDType = 'f32' | QuantisedFormat;

/** All element types of parameters. */
export const PARAMETER_DTYPES: readonly ParameterDType[] = ['f32', 'f16', 'int8', 'int4'];

/** The precisions in which products with quantised matrices can be computed. */
export const ARITHMETICS: readonly Arithmetic[] = ['f32', 'f16'];

/** How parameters are stored on the device, and multiplied. */
export interface ParameterOptions {
  /**
   * Element type of the matrices on the device (default 'f32'), whatever the file has. Fewer bits
   * take less memory and bandwidth and cost some accuracy, int4 the most. Types other than f32 need
   * `quantised`.
   */
  readonly dtype?: ParameterDType;
  /**
   * Precision of products with quantised matrices (default 'f32'). With 'f16', products of more
   * than a few rows are computed in half precision where the adapter supports it: faster and less
   * exact.
   */
  readonly arithmetic?: Arithmetic;
}

/**
 * Support for element types other than f32. An app imports it, so that apps without it stay
 * smaller.
 */
export interface ParameterFormat {
  readonly dtypes: readonly ParameterDType[];
  /** The layout with its matrices in one of these types. */
  store(layout: ParameterLayout, dtype: ParameterDType, arithmetic: Arithmetic): ParameterLayout;
}

/**
 * A model's layout with its matrices in an element type.
 * @param layout from `declareParameters`, all float32
 * @param formats the imported formats; float32 needs none
 * @throws OptionError for an unknown type or arithmetic, or a type whose import is missing
 */
export function storedLayout(
  layout: ParameterLayout,
  { dtype = 'f32', arithmetic = 'f32' }: ParameterOptions,
  formats: readonly ParameterFormat[],
): ParameterLayout {
  checkOneOf('dtype', dtype, PARAMETER_DTYPES);
  checkOneOf('arithmetic', arithmetic, ARITHMETICS);
  if (dtype === 'f32' && arithmetic === 'f32') return layout;
  if (dtype === 'f32') {
    throw new OptionError(
      `arithmetic: '${arithmetic}' needs parameters stored as f16, int8 or int4, found f32`,
    );
  }
  const format = formats.find(({ dtypes }) => dtypes.includes(dtype));
  if (format !== undefined) return format.store(layout, dtype, arithmetic);
  throw new OptionError(
    `dtype: '${dtype}' needs 'quantised': import { quantised } from 'qkv/models', and load with ` +
      '{ formats: [quantised] }',
  );
}

function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  if (known.some((one) => one === value)) return;
  throw new OptionError(`${name}: expected one of ${known.join(', ')}, found ${shown(value)}`);
}

/** Bytes that the parameters take on the device. */
export function parameterBytes({ size, wordCount }: ParameterLayout): number {
  return 4 * (size + wordCount);
}

/** Types of the states that hold a layout's parameters, by name. */
export function parameterStates(layout: ParameterLayout): Readonly<Record<string, TensorType>> {
  const { size, wordCount, addition } = layout;
  return {
    [PARAMETERS]: f32(size),
    ...(wordCount > 0 && { [QUANTISED_PARAMETERS]: i32(wordCount) }),
    ...addition?.states,
  };
}

/** The scope of a plan that reads these states. */
export function parameterScope(layout: ParameterLayout, states: Lookup): Scope {
  const words = layout.wordCount === 0 ? undefined : states(QUANTISED_PARAMETERS);
  const { scope } = bindParameters(layout, states(PARAMETERS), undefined, undefined, words);
  return layout.addition?.scope(scope, states) ?? scope;
}

/**
 * The contents of these states, by name.
 * @throws FormatError for a missing tensor or another shape; DTypeError for values that cannot be
 *   quantised
 */
export function storedParameters(
  layout: ParameterLayout,
  tensors: NamedTensors,
): ReadonlyMap<string, HostData> {
  const arena = new Float32Array(layout.size);
  const words = new Int32Array(layout.wordCount);
  for (const parameter of layout.parameters) {
    const data = namedTensor(parameter, tensors);
    const { name, shape, parts, scheme } = parameter;
    if (scheme === undefined) {
      fillArena(arena, parameter, data);
      continue;
    }
    ranges(parameter).forEach(({ from, to, length }, i) => {
      const matrix = data.subarray(from, from + length);
      const quantised = defined(layout.quantiser, 'quantiser').quantise(
        name,
        matrix,
        dimAt({ shape }, 1),
        scheme,
      );
      words.set(quantised.words, to);
      arena.set(quantised.scales, defined(parts[i], name).scaleOffset);
    });
  }
  const stored = new Map<string, HostData>([[PARAMETERS, arena]]);
  if (layout.wordCount > 0) stored.set(QUANTISED_PARAMETERS, words);
  return stored;
}
