/**
 * Parameters: a model asks a scope for them by PyTorch's names. All float32 ones are stored in one
 * flat buffer, the arena, so that one dispatch updates them all; the layout has their offsets, and
 * says which matrices are quantised in a second buffer. The same model code declares parameters and
 * uses them.
 */
import type { QuantisationScheme } from '../../shaders/quantised/format';
import type { InputTypes } from '../core/batch';
import { defined, OptionError, ShapeError } from '../core/errors';
import { dimAt, type TensorType } from '../core/shape';
import { type Lookup, trace } from '../graph/graph';
import { named } from '../graph/names';
import type { Tensor } from '../graph/op';
import { inputTensor } from '../graph/source';
import { ALIGNED_ELEMENTS, view } from '../ops/view/op';
import {
  type DropoutSource,
  type Initialiser,
  makeScope,
  type Observer,
  type Provide,
  type Provider,
  type Scope,
} from './scope';
import { denseWeight, type Weight } from './weight';

export type {
  DropoutSource,
  Initialiser,
  Observer,
  Scope,
} from './scope';

/** Name of the state that holds the parameter arena in every plan of a model. */
export const PARAMETERS = 'parameters';

/** Name of the state that holds the words of quantised matrices. */
export const QUANTISED_PARAMETERS = 'parameters.quantised';

/** A contiguous range of a parameter's rows, with its own offset in the arena. */
export interface Part {
  readonly rows: number;
  /**
   * Index of the first element in the arena, or of a quantised matrix's first word: a multiple of
   * 64.
   */
  readonly offset: number;
  /**
   * Index in the arena of the first scale of a quantised matrix; undefined for a type without
   * scales.
   */
  readonly scaleOffset?: number;
}

/** A parameter of a layout: its name, shape, initialiser and storage. */
export interface Parameter {
  /** PyTorch's name. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialiser: Initialiser;
  readonly parts: readonly Part[];
  /**
   * Whether the model only multiplies by it or looks rows up in it, so that it can be quantised.
   */
  readonly isWeight: boolean;
  /** How it is quantised (default: float32). */
  readonly scheme?: QuantisationScheme;
}

/**
 * The code for quantised matrices, which float32 layouts leave out of the bundle; see
 * quantisedStorage.ts.
 */
export interface Quantiser {
  /** Quantises rows of a matrix on the CPU. @param first index of their first element in it */
  quantise(
    name: string,
    data: Float32Array,
    columns: number,
    scheme: QuantisationScheme,
    first?: number,
  ): { readonly words: Int32Array; readonly scales: Float32Array };
  /**
   * The matrix on the device.
   * @param words an i32 tensor, and the index of the matrix's first word
   * @param scales an f32 tensor, and the index of the matrix's first scale; undefined for a type
   *   without scales
   */
  weight(
    scheme: QuantisationScheme,
    size: readonly [rows: number, columns: number],
    words: readonly [Tensor, number],
    scales: readonly [Tensor, number | undefined],
  ): Weight;
}

/** Parameters that are stored beside a layout's arena, such as those of an adapter (lora.ts). */
export interface LayoutAddition {
  /** Types of the states that hold them, by name. */
  readonly states: Readonly<Record<string, TensorType>>;
  /** The scope of a model that has them. @param scope has the layout's own parameters */
  scope(scope: Scope, states: Lookup): Scope;
}

/** Offsets of all parameters in the arena. */
export interface ParameterLayout {
  readonly parameters: readonly Parameter[];
  /** Number of elements of the arena. */
  readonly size: number;
  /** Number of words of quantised matrices; 0 if everything is float32, which training requires. */
  readonly wordCount: number;
  /** Present if there are quantised matrices. */
  readonly quantiser?: Quantiser;
  /** What plans read besides, and how their models see it (default: nothing). */
  readonly addition?: LayoutAddition;
}

/**
 * Runs a model's code once, on symbolic inputs, to learn which parameters it has.
 * @param inputs types of what `build` looks up by name
 * @returns the parameters in the order in which the code asks for them, all float32
 */
export function declareParameters(
  build: (scope: Scope, inputs: Lookup) => unknown,
  inputs: InputTypes = {},
  observer?: Observer,
): ParameterLayout {
  const parameters = new Map<string, Omit<Parameter, 'isWeight'>>();
  const asTensor = new Set<string>();
  let size = 0;
  const declare: Provide<Tensor> = (name, shape, initialiser, rows) => {
    if (!parameters.has(name)) {
      const width = shape.slice(1).reduce((product, n) => product * n, 1);
      const parts = rows.map((count): Part => {
        const part = { rows: count, offset: size };
        size += aligned(count * width);
        return part;
      });
      parameters.set(name, { name, shape, initialiser, parts });
    }
    return rows.map((count) =>
      inputTensor(name, { dtype: 'f32', shape: [count, ...shape.slice(1)] }),
    );
  };
  const provider: Provider = {
    tensors: (name, ...rest) => {
      asTensor.add(name);
      return declare(name, ...rest);
    },
    weights: (...args) => declare(...args).map(denseWeight),
  };
  trace(
    (lookup) => {
      build(makeScope(provider, undefined, observer), lookup);
      return { outputs: {} };
    },
    { inputs },
  );
  const found = [...parameters.values()].map((parameter) => ({
    ...parameter,
    isWeight: !asTensor.has(parameter.name),
  }));
  return { parameters: found, size, wordCount: 0 };
}

/**
 * Number of elements that a part takes in an arena, padded to the alignment that bindings require.
 */
export function aligned(elements: number): number {
  return Math.ceil(elements / ALIGNED_ELEMENTS) * ALIGNED_ELEMENTS;
}

/** Parameters as views of an arena tensor. */
export interface BoundParameters {
  readonly scope: Scope;
  /** The tensor and offset of each part, in the order of the arena. */
  pieces(): readonly { readonly tensor: Tensor; readonly offset: number }[];
}

/**
 * Binds a layout to an arena tensor f32 [layout.size].
 * @param words i32 [layout.wordCount], if the layout has quantised matrices
 * @throws OptionError if these words are missing: quantised matrices cannot be trained
 */
export function bindParameters(
  layout: ParameterLayout,
  arena: Tensor,
  source?: DropoutSource,
  observer?: Observer,
  words?: Tensor,
): BoundParameters {
  const tensors = new Map<string, readonly Tensor[]>();
  const weights = new Map<string, readonly Weight[]>();
  const pieces: { tensor: Tensor; offset: number }[] = [];
  for (const { name, shape, parts, scheme } of layout.parameters) {
    if (scheme !== undefined) {
      if (words === undefined) {
        throw new OptionError(
          `parameter '${name}' is ${scheme.format}; train or inspect an f32 layout`,
        );
      }
      const quantiser = defined(layout.quantiser, 'quantiser');
      const quantised = parts.map(({ rows, offset, scaleOffset }) =>
        quantiser.weight(
          scheme,
          [rows, dimAt({ shape }, 1)],
          [words, offset],
          [arena, scaleOffset],
        ),
      );
      weights.set(name, quantised);
      continue;
    }
    const found = parts.map(({ rows, offset }) => {
      const tensor = named(view(arena, [rows, ...shape.slice(1)], offset), name);
      pieces.push({ tensor, offset });
      return tensor;
    });
    tensors.set(name, found);
    weights.set(name, found.map(denseWeight));
  }
  const provider = {
    tensors: boundTo(layout, tensors),
    weights: boundTo(layout, weights),
  };
  return { scope: makeScope(provider, source, observer), pieces: () => pieces };
}

/**
 * Looks bound parameters up by name, and checks that they are used in the rows they were declared
 * in.
 */
function boundTo<T>(
  { parameters }: ParameterLayout,
  bound: ReadonlyMap<string, readonly T[]>,
): Provide<T> {
  const rowsOf = new Map(
    parameters.map(({ name, parts }) => [name, parts.map(({ rows }) => rows)]),
  );
  return (name, shape, _initialiser, rows) => {
    const found = bound.get(name);
    const declared = rowsOf.get(name);
    if (found === undefined) {
      throw new OptionError(
        declared === undefined
          ? `no parameter '${name}' in the layout; declare the layout with the same model`
          : `parameter '${name}' is quantised, for scope.weight only; store it as f32`,
      );
    }
    if (declared?.join() !== rows.join()) {
      throw new ShapeError(`parameter '${name}' [${shape}] was declared in rows ${declared}`);
    }
    return found;
  };
}

/** Number of elements of all parameters, without the padding of the arena. */
export function countParameters({ parameters }: ParameterLayout): number {
  return parameters.reduce(
    (total, { shape }) => total + shape.reduce((product, n) => product * n, 1),
    0,
  );
}
