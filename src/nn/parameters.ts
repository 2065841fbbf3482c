/**
 * Parameters: a model asks a scope for them by PyTorch's names. All lie in one flat arena, so that
 * one dispatch updates them; the layout says where, and which matrices are quantised beside it. Declaring
 * and using are the same code.
 */

import type { QuantisationScheme } from '../../shaders/quantised/format';
import { defined, OptionError, ShapeError } from '../core/errors';
import { dimAt } from '../core/shape';
import { trace } from '../graph/graph';
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

/** Name of the arena state that holds the parameters in every plan of a model. */
export const PARAMETERS = 'parameters';

/** Name of the state, beside the arena, that holds the words of quantised matrices. */
export const QUANTISED_PARAMETERS = 'parameters.quantised';

/** A piece of a parameter that lies on its own in the arena: some of its rows. */
export interface Part {
  readonly rows: number;
  /** First element in the arena, or first word of a quantised matrix among the words: a multiple of 64. */
  readonly offset: number;
  /** First scale in the arena, of a quantised matrix that has scales. */
  readonly scaleOffset?: number;
}

/** A parameter of a layout: its name, shape and how it starts. */
export interface Parameter {
  /** PyTorch's name. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialiser: Initialiser;
  readonly parts: readonly Part[];
  /** Whether it is asked for as a weight alone, so that it may be quantised. */
  readonly isWeight: boolean;
  /** How it is quantised; float32 without. */
  readonly scheme?: QuantisationScheme;
}

/** The code of quantised matrices, which a layout of float32 does without; see quantisedStorage.ts. */
export interface Quantiser {
  /** A matrix in words, and its scales where the format has any. */
  quantise(
    name: string,
    data: Float32Array,
    columns: number,
    scheme: QuantisationScheme,
  ): { readonly words: Int32Array; readonly scales: Float32Array };
  /**
   * The matrix on the device.
   * @param words i32 that hold its words from an element on  @param scales f32 with its scales, if it
   *   has any, from an element on
   */
  weight(
    scheme: QuantisationScheme,
    size: readonly [rows: number, columns: number],
    words: readonly [Tensor, number],
    scales: readonly [Tensor, number | undefined],
  ): Weight;
}

/** Where every parameter lies in the arena. */
export interface ParameterLayout {
  readonly parameters: readonly Parameter[];
  /** Elements of the arena. */
  readonly size: number;
  /** Words of quantised matrices; 0 when everything is float32, as training needs it. */
  readonly wordCount: number;
  /** Of quantised matrices. */
  readonly quantiser?: Quantiser;
}

/** Runs a model's code once to learn which parameters it has, in the order it asks for them. */
export function declareParameters(
  build: (scope: Scope) => unknown,
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
    weights: (...asked) => declare(...asked).map(denseWeight),
  };
  trace(
    () => {
      build(makeScope(provider, undefined, observer));
      return { outputs: {} };
    },
    { inputs: {} },
  );
  const found = [...parameters.values()].map((parameter) => ({
    ...parameter,
    isWeight: !asTensor.has(parameter.name),
  }));
  return { parameters: found, size, wordCount: 0 };
}

/** Elements that a piece takes in an arena: the next one begins where a binding may. */
export function aligned(elements: number): number {
  return Math.ceil(elements / ALIGNED_ELEMENTS) * ALIGNED_ELEMENTS;
}

/** Parameters as views of the arena, kept so that each is one tensor. */
export interface BoundParameters {
  readonly scope: Scope;
  /** Every piece with its place, in the order of the arena. */
  pieces(): readonly { readonly tensor: Tensor; readonly offset: number }[];
}

/**
 * Binds a layout to an arena tensor f32 [layout.size].
 * @param words i32 [layout.wordCount], where the layout has quantised matrices
 * @throws OptionError when they are missing: quantised matrices cannot be trained
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
          `parameter '${name}' is quantised as ${scheme.format}, which is for inference alone; ` +
            'use a layout of f32 to train or to look inside',
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

/** What is bound by a name, in the rows that it was declared in. */
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
          ? `no parameter '${name}' in the layout; declare it with the same model`
          : `parameter '${name}' is quantised and can only be used as a weight; store it as f32`,
      );
    }
    if (declared?.join() !== rows.join()) {
      throw new ShapeError(`parameter '${name}' [${shape}] was declared in rows ${declared}`);
    }
    return found;
  };
}

/** Elements of all parameters, without the gaps of the arena. */
export function countParameters({ parameters }: ParameterLayout): number {
  return parameters.reduce(
    (total, { shape }) => total + shape.reduce((product, n) => product * n, 1),
    0,
  );
}
