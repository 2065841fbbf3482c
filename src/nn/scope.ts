/** Scopes: how a model's code asks for its parameters, for dropout, and names its values. */

import { ShapeError } from '../core/errors';
import { dimAt } from '../core/shape';
import type { OpSet, Tensor } from '../graph/op';
import type { Weight } from './weight';

/**
 * How a parameter starts, as plain data; initialisers.ts makes them. Fans are those of PyTorch: of a
 * matrix [out, in], fan-in is `in` and fan-out `out`.
 */
export type Initialiser =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'constant'; readonly value: number }
  | {
      readonly kind: 'normal';
      readonly deviation: number;
      readonly mean?: number;
      readonly zeroRow?: number;
    }
  | { readonly kind: 'xavierUniform' | 'kaimingUniform'; readonly gain: number }
  | {
      readonly kind: 'uniform';
      /** Values lie within this of `center`, which is 0 by default. */
      readonly bound: number;
      readonly center?: number;
      /** Added to the elements from `from` to before `to`. */
      readonly raised?: { readonly from: number; readonly to: number; readonly by: number };
    };

/** Random masks for training: a key that changes every step, and the op, which only training needs. */
export interface DropoutSource {
  /** i32 [1]. */
  readonly key: Tensor;
  readonly dropout: OpSet['dropout'];
}

/** Looks at values while a model's code runs; see src/inspect. */
export interface Observer {
  /** What values for it alone are computed by: models themselves do without most ops. */
  readonly ops: OpSet;
  /** Whether it wants the value of this name, for values that cost something to compute. */
  wants(name: string): boolean;
  note(name: string, tensor: Tensor): void;
}

/** Hands out parameters under a name prefix, dropout while training, and names for values. */
export interface Scope {
  /** Where it is in the model, 'encoder.layers.0'; empty for the whole model. */
  readonly path: string;
  /** The parameter `prefix + name`; asking twice gives the same one. */
  parameter(name: string, shape: readonly number[], initialiser: Initialiser): Tensor;
  /** The parameter in pieces of so many rows each, for weights that are used apart. */
  split(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    rows: readonly number[],
  ): readonly Tensor[];
  /** The matrix `prefix + name` [outputs, inputs] for products and look-ups, which may be quantised. */
  weight(name: string, shape: readonly number[], initialiser: Initialiser): Weight;
  /** The same in pieces of so many outputs each. */
  splitWeight(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    rows: readonly number[],
  ): readonly Weight[];
  /** The scope of a part of the model: 'encoder' asks under 'encoder.'. */
  child(name: string): Scope;
  /** Dropout with a stream of its own; the identity outside training. */
  dropout(x: Tensor, rate: number): Tensor;
  /** Key and stream for dropout inside a kernel; undefined outside training or at rate 0. */
  dropoutStream(rate: number): { rate: number; key: Tensor; stream: number } | undefined;
  /** Says that a value is `prefix + name`, for whoever looks inside. @returns the value */
  note(name: string, tensor: Tensor): Tensor;
  /** The same for a value that is computed only if somebody looks at it. */
  derive(name: string, value: (ops: OpSet) => Tensor): void;
  /** Whether somebody looks at `prefix + name`: where a value comes of another op. */
  wants(name: string): boolean;
}

/** Gives a parameter of a name, in pieces of so many rows. */
export type Provide<T> = (
  name: string,
  shape: readonly number[],
  initialiser: Initialiser,
  rows: readonly number[],
) => readonly T[];

export interface Provider {
  readonly tensors: Provide<Tensor>;
  readonly weights: Provide<Weight>;
}

/** The scope of a whole model. */
export function makeScope(
  { tensors, weights }: Provider,
  source: DropoutSource | undefined,
  observer: Observer | undefined,
): Scope {
  let stream = 0;
  const at = (prefix: string): Scope => ({
    path: prefix.slice(0, -1),
    parameter: (name, shape, initialiser) => whole(tensors, prefix + name, shape, initialiser),
    split: (name, shape, initialiser, rows) => tensors(prefix + name, shape, initialiser, rows),
    weight: (name, shape, initialiser) => whole(weights, prefix + name, shape, initialiser),
    splitWeight: (name, shape, initialiser, rows) =>
      weights(prefix + name, shape, initialiser, rows),
    child: (name) => at(`${prefix}${name}.`),
    dropout: (x, rate) =>
      source === undefined ? x : source.dropout(x, source.key, { rate, stream: stream++ }),
    dropoutStream: (rate) =>
      source === undefined || rate === 0 ? undefined : { rate, key: source.key, stream: stream++ },
    note: (name, tensor) => {
      observer?.note(prefix + name, tensor);
      return tensor;
    },
    derive: (name, value) => {
      if (observer?.wants(prefix + name)) observer.note(prefix + name, value(observer.ops));
    },
    wants: (name) => observer?.wants(prefix + name) === true,
  });
  return at('');
}

/** A parameter in one piece. */
function whole<T>(
  provide: Provide<T>,
  name: string,
  shape: readonly number[],
  initialiser: Initialiser,
): T {
  const [only] = provide(name, shape, initialiser, [dimAt({ shape }, 0)]);
  if (only === undefined) throw new ShapeError(`parameter ${name} has no rows`);
  return only;
}
