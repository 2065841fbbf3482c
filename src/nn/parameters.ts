/**
 * Parameters: a model asks a scope for them by PyTorch's names. All lie in one flat arena, so that
 * one dispatch updates them; the layout says where. Declaring and using are the same code.
 */
import type { Dim } from '../core/dim';
import { OptionError, ShapeError } from '../core/errors';
import { trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { inputTensor } from '../graph/source';
import { dropout } from '../ops/dropout/op';
import { ALIGNED_ELEMENTS, view } from '../ops/view/op';

/** Name of the arena state that holds the parameters in every plan of a model. */
export const PARAMETERS = 'parameters';

/** How a parameter starts. */
export type Initialiser =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'normal'; readonly deviation: number; readonly zeroRow?: number }
  | {
      readonly kind: 'uniform';
      readonly bound: number;
      /** Added to the elements from `from` to before `to`. */
      readonly raised?: { readonly from: number; readonly to: number; readonly by: number };
    };

/** Glorot and Bengio 2010: uniform within sqrt(6 / (in + out)). */
export function xavierUniform(fanOut: number, fanIn: number): Initialiser {
  return { kind: 'uniform', bound: Math.sqrt(6 / (fanIn + fanOut)) };
}

/** A piece of a parameter that lies on its own in the arena: some of its rows. */
export interface Part {
  readonly rows: number;
  /** First element in the arena, a multiple of 64. */
  readonly offset: number;
}

export interface Parameter {
  /** PyTorch's name. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialiser: Initialiser;
  readonly parts: readonly Part[];
}

/** Where every parameter lies in the arena. */
export interface ParameterLayout {
  readonly parameters: readonly Parameter[];
  /** Elements of the arena. */
  readonly size: number;
}

/** Random masks for training: a key that changes every step. */
export interface DropoutSource {
  /** i32 [1]. */
  readonly key: Tensor;
}

/** Looks at values while a model's code runs; see src/inspect. */
export interface Observer {
  /** Whether it wants the value of this name, for values that cost something to compute. */
  wants(name: string): boolean;
  note(name: string, tensor: Tensor): void;
}

/** Hands out parameters under a name prefix, dropout while training, and names for values. */
export interface Scope {
  /** The parameter `prefix + name`; asking twice gives the same one. */
  parameter(name: string, shape: readonly number[], initialiser: Initialiser): Tensor;
  /** The parameter in pieces of so many rows each, for weights that are used apart. */
  split(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    rows: readonly number[],
  ): readonly Tensor[];
  /** The scope of a part of the model: 'encoder' asks under 'encoder.'. */
  child(name: string): Scope;
  /** Dropout with a stream of its own; the identity outside training. */
  dropout(x: Tensor, rate: number): Tensor;
  /** Key and stream for dropout inside a kernel; undefined outside training or at rate 0. */
  dropoutStream(rate: number): { rate: number; key: Tensor; stream: number } | undefined;
  /** Says that a value is `prefix + name`, for whoever looks inside. @returns the value */
  note(name: string, tensor: Tensor): Tensor;
  /** Whether somebody looks at `prefix + name`: a value that is computed for that alone. */
  wants(name: string): boolean;
}

type Provide = (
  name: string,
  shape: readonly number[],
  initialiser: Initialiser,
  rows: readonly number[],
) => readonly Tensor[];

function makeScope(
  provide: Provide,
  source: DropoutSource | undefined,
  observer: Observer | undefined,
): Scope {
  let stream = 0;
  const at = (prefix: string): Scope => ({
    parameter: (name, shape, initialiser) => {
      const [tensor] = provide(prefix + name, shape, initialiser, [shape[0] ?? 1]);
      if (tensor === undefined) throw new ShapeError(`parameter ${prefix}${name} has no rows`);
      return tensor;
    },
    split: (name, shape, initialiser, rows) => provide(prefix + name, shape, initialiser, rows),
    child: (name) => at(`${prefix}${name}.`),
    dropout: (x, rate) =>
      source === undefined ? x : dropout(x, source.key, { rate, stream: stream++ }),
    dropoutStream: (rate) =>
      source === undefined || rate === 0 ? undefined : { rate, key: source.key, stream: stream++ },
    note: (name, tensor) => {
      observer?.note(prefix + name, tensor);
      return tensor;
    },
    wants: (name) => observer?.wants(prefix + name) === true,
  });
  return at('');
}

/** Runs a model's code once to learn which parameters it has, in the order it asks for them. */
export function declareParameters(
  build: (scope: Scope) => unknown,
  observer?: Observer,
): ParameterLayout {
  const parameters = new Map<string, Parameter>();
  let size = 0;
  const provide: Provide = (name, shape, initialiser, rows) => {
    if (!parameters.has(name)) {
      const width = shape.slice(1).reduce((product, n) => product * n, 1);
      const parts = rows.map((count): Part => {
        const part = { rows: count, offset: size };
        size += Math.ceil((count * width) / ALIGNED_ELEMENTS) * ALIGNED_ELEMENTS;
        return part;
      });
      parameters.set(name, { name, shape, initialiser, parts });
    }
    return rows.map((count) =>
      inputTensor(name, { dtype: 'f32', shape: [count, ...shape.slice(1)] }),
    );
  };
  trace(
    () => {
      build(makeScope(provide, undefined, observer));
      return { outputs: {} };
    },
    { inputs: {} },
  );
  return { parameters: [...parameters.values()], size };
}

/** Parameters as views of the arena, kept so that each is one tensor. */
export interface BoundParameters {
  readonly scope: Scope;
  /** Every piece with its place, in the order of the arena. */
  pieces(): readonly { readonly tensor: Tensor; readonly offset: number }[];
}

/** Binds a layout to an arena tensor f32 [layout.size]. */
export function bindParameters(
  layout: ParameterLayout,
  arena: Tensor,
  source?: DropoutSource,
  observer?: Observer,
): BoundParameters {
  const bound = new Map<string, readonly Tensor[]>();
  const pieces: { tensor: Tensor; offset: number }[] = [];
  for (const { name, shape, parts } of layout.parameters) {
    const tensors = parts.map(({ rows, offset }) => {
      const tensor = view(arena, [rows, ...shape.slice(1)], offset);
      pieces.push({ tensor, offset });
      return tensor;
    });
    bound.set(name, tensors);
  }
  const provide: Provide = (name, shape, _initialiser, rows) => {
    const tensors = bound.get(name);
    if (tensors === undefined) {
      throw new OptionError(`no parameter '${name}' in the layout; declare it with the same model`);
    }
    const found: readonly Dim[] = tensors.map((t) => t.shape[0] ?? 1);
    if (found.join() !== rows.join()) {
      throw new ShapeError(`parameter '${name}' [${shape}] was declared in rows ${found}`);
    }
    return tensors;
  };
  return { scope: makeScope(provide, source, observer), pieces: () => pieces };
}

/** Elements of all parameters, without the gaps of the arena. */
export function countParameters({ parameters }: ParameterLayout): number {
  return parameters.reduce(
    (total, { shape }) => total + shape.reduce((product, n) => product * n, 1),
    0,
  );
}
