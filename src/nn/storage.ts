/**
 * Parameters on the device: in which states they live, how a plan reads them, and their contents. A
 * layout is float32, or has quantised matrices (quantisedStorage.ts).
 */
import type { QuantisedFormat } from '../../shaders/quantised/format';
import { defined, OptionError, shown } from '../core/errors';
import type { HostData } from '../core/hostTensor';
import { dimAt, type TensorType } from '../core/shape';
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

/** float32, float16, or integers of 8 or 4 bits with a scale for 64 or 32 neighbours. */
export type WeightFormat = 'f32' | QuantisedFormat;

/** The formats in which matrices may lie on the device. */
export const WEIGHT_FORMATS: readonly WeightFormat[] = ['f32', 'f16', 'int8', 'int4'];

/** What products with quantised weights may be computed in. */
export const ARITHMETICS: readonly Arithmetic[] = ['f32', 'f16'];

/** How weights are kept on the device, and multiplied. */
export interface WeightOptions {
  /**
   * What the weights are stored as; f32 by default. Files of any type will do: fewer bits take less
   * memory and bandwidth, and cost some accuracy, int4 the most.
   */
  readonly weights?: WeightFormat;
  /**
   * What products with quantised weights may be computed in, f32 by default: with f16, products of more
   * than a few rows run in half precision where the device has it, faster there and less exact.
   */
  readonly arithmetic?: Arithmetic;
}

/** The code of weights in fewer bits, which an app hands in so that others do without. */
export interface StorageFormat {
  readonly names: readonly WeightFormat[];
  /** @throws OptionError for an unknown format or arithmetic */
  store(layout: ParameterLayout, format: WeightFormat, arithmetic: Arithmetic): ParameterLayout;
}

/**
 * A model's layout with its weights stored as asked. float32 is always there.
 * @param layout of `declareParameters`, all float32
 * @throws OptionError for an unknown format or arithmetic, or one that was not handed in
 */
export function storedLayout(
  layout: ParameterLayout,
  { weights = 'f32', arithmetic = 'f32' }: WeightOptions,
  formats: readonly StorageFormat[],
): ParameterLayout {
  checkOneOf('weights', weights, WEIGHT_FORMATS);
  checkOneOf('arithmetic', arithmetic, ARITHMETICS);
  if (weights === 'f32' && arithmetic === 'f32') return layout;
  if (weights === 'f32') {
    throw new OptionError(
      `arithmetic: ${arithmetic} needs weights stored as f16, int8 or int4, found f32`,
    );
  }
  const format = formats.find(({ names }) => names.includes(weights));
  if (format !== undefined) return format.store(layout, weights, arithmetic);
  throw new OptionError(
    `weights: '${weights}' needs 'quantised', which was not handed in; add it: ` +
      `import { quantised } from 'qkv/models', and load with { formats: [quantised] }`,
  );
}

function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  if (known.some((one) => one === value)) return;
  throw new OptionError(`${name}: expected one of ${known.join(', ')}, found ${shown(value)}`);
}

/** Bytes on the device. */
export function parameterBytes({ size, wordCount }: ParameterLayout): number {
  return 4 * (size + wordCount);
}

/** The states in which a layout's parameters live. */
export function parameterStates(layout: ParameterLayout): Readonly<Record<string, TensorType>> {
  const arena = { [PARAMETERS]: { dtype: 'f32', shape: [layout.size] } } as const;
  if (layout.wordCount === 0) return arena;
  return { ...arena, [QUANTISED_PARAMETERS]: { dtype: 'i32', shape: [layout.wordCount] } };
}

/** The scope of a plan that has these states. */
export function parameterScope(layout: ParameterLayout, states: Lookup): Scope {
  const words = layout.wordCount === 0 ? undefined : states(QUANTISED_PARAMETERS);
  return bindParameters(layout, states(PARAMETERS), undefined, undefined, words).scope;
}

/**
 * The contents of these states, by their names.
 * @throws FormatError for a missing tensor or another shape; DTypeError for weights that cannot be quantised
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
