/**
 * Scopes, through which a model's code gets its parameters and dropout, and names its intermediate
 * values.
 */
import type { CellName } from '../../shaders/recurrence/cells';
import { ShapeError } from '../core/errors';
import { dimAt } from '../core/shape';
import type { OpSet, Tensor } from '../graph/op';
import type { AttentionOptions, AttentionResult } from '../ops/attention/attend';
import type { RecurrenceOptions, RecurrenceResult, RecurrenceState } from '../ops/recurrence/op';
import type { scan } from '../ops/scan/op';
import type { Weight } from './weight';

/**
 * The distribution of a parameter's initial values, as plain data; made by the functions of
 * initialisers.ts. Fans are PyTorch's: a matrix [out, in] has fan-in `in` and fan-out `out`.
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
      /** Multiplies the elements before `to` by `by`. */
      readonly scaled?: { readonly to: number; readonly by: number };
    }
  | { readonly kind: 'xavierUniform' | 'kaimingUniform'; readonly gain: number }
  | {
      readonly kind: 'uniform';
      /** Half the width of the interval around `center` (default 0). */
      readonly bound: number;
      readonly center?: number;
      /** Adds `by` to the elements from `from` to before `to`. */
      readonly raised?: { readonly from: number; readonly to: number; readonly by: number };
    };

/**
 * The source of dropout masks: a random key for each training step, and the op, which only training
 * needs.
 */
export interface DropoutSource {
  /** i32 [1]. */
  readonly key: Tensor;
  readonly dropout: OpSet['dropout'];
}

/** What runs a loop: `scan`, or a form of it that reports what the body notes. */
export type RunScan = typeof scan;

/**
 * Ops that a kernel computes as a whole, computed in parts whose values the scope notes. Each is
 * undefined if the observer wants none of these values: the kernel then computes the op.
 */
export interface UnfusedOps {
  /** Notes q, k, v, scores, weights and context. Takes what `attend` takes. */
  attention(
    scope: Scope,
    packing: 'qkv' | 'kv' | 'none',
    sources: readonly [Tensor, ...Tensor[]],
    options: AttentionOptions,
  ): AttentionResult | undefined;
  /**
   * Notes q, scores, weights and context. Takes what the op of the same name takes, the query as
   * the state and its projection.
   */
  additiveAttention(
    scope: Scope,
    state: Tensor,
    project: (state: Tensor) => Tensor,
    keys: Tensor,
    energy: Tensor,
    values: Tensor,
    lengths: Tensor | undefined,
  ): { readonly context: Tensor; readonly weights: Tensor } | undefined;
  /** Notes the gates, with a suffix of their names. Takes what the op of the same name takes. */
  recurrence(
    scope: Scope,
    suffix: string,
    cell: CellName,
    x: Tensor,
    weight: Tensor,
    options: RecurrenceOptions,
  ): Pick<RecurrenceResult, 'y' | 'final'> | undefined;
  /** Notes the gates, with a suffix of their names. Takes what the op of the same name takes. */
  recurrenceStep(
    scope: Scope,
    suffix: string,
    cell: CellName,
    x: Tensor,
    weight: Tensor,
    state: RecurrenceState & { readonly hidden: Tensor },
    bias: Tensor | undefined,
  ): { readonly hidden: Tensor; readonly cell: Tensor | undefined } | undefined;
}

/** Computes a value from others. */
export type Derive = (from: readonly Tensor[]) => Tensor;

/** Observes intermediate values while a model is traced, and may replace them; see src/inspect. */
export interface Observer {
  /** Computes ops in parts (default: kernels compute them as a whole). */
  readonly unfused?: UnfusedOps;
  /**
   * Whether it needs the value of this name; values that only an observer needs are computed if it
   * does.
   */
  wants(name: string): boolean;
  /**
   * Sees a value.
   * @param absent stands for the value where it is switched off (default: zeros)
   * @returns what replaces the value; undefined to keep it
   */
  note(name: string, tensor: Tensor, absent?: Tensor): Tensor | undefined;
  /** Sees a value that is computed for it only; see Scope (default: it does not). */
  derive?(name: string, from: readonly Tensor[], value: Derive, own?: Tensor): void;
  /**
   * Whether runs may replace the value of this name, or its gradient is wanted (default: no).
   */
  replaces?(name: string): boolean;
  /** Returns a loop whose body's values it sees (default: only loops' results are noted). */
  loop?(run: RunScan): RunScan;
}

/**
 * Provides a part of a model with its parameters, with dropout in training, and with names for its
 * values.
 */
export interface Scope {
  /** Path of the part in the model, such as 'encoder.layers.0'; empty for the whole model. */
  readonly path: string;
  /** The parameter `path.name`. Repeated calls return the same parameter. */
  parameter(name: string, shape: readonly number[], initialiser: Initialiser): Tensor;
  /** The parameter as separate tensors. @param rows the number of rows of each */
  split(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    rows: readonly number[],
  ): readonly Tensor[];
  /**
   * The matrix `path.name` [outputs, inputs] for products and look-ups only, so that it can be
   * quantised.
   */
  weight(name: string, shape: readonly number[], initialiser: Initialiser): Weight;
  /** The matrix as separate ones. @param rows the number of outputs of each */
  splitWeight(
    name: string,
    shape: readonly number[],
    initialiser: Initialiser,
    rows: readonly number[],
  ): readonly Weight[];
  /** The scope of a part of this part: its parameters' names begin with `path.name.`. */
  child(name: string): Scope;
  /** Dropout with its own random stream; the identity outside training. */
  dropout(x: Tensor, rate: number): Tensor;
  /**
   * Rate, key and stream for a kernel with built-in dropout; undefined outside training or at rate
   * 0.
   */
  dropoutStream(rate: number): { rate: number; key: Tensor; stream: number } | undefined;
  /**
   * Reports a value to the observer as `path.name`.
   * @param absent stands for the value where an observer switches it off (default: zeros)
   * @returns the value, or what the observer replaces it by; code that follows reads this
   */
  note(name: string, tensor: Tensor, absent?: Tensor): Tensor;
  /**
   * Reports a value that the model itself does not need, only if the observer wants it; no run can
   * replace it.
   * @param value computes it from other values. In the body of a loop it is called once for all
   *   steps, with their values stacked along one more axis before the others.
   * @param own the value where the model has it; reported outside of loops, where it costs nothing
   */
  derive(name: string, from: readonly Tensor[], value: Derive, own?: Tensor): void;
  /**
   * Whether the observer wants `path.name`, for values that another op computes as a by-product.
   */
  wants(name: string): boolean;
  /**
   * Whether runs may replace `path.name`, or its gradient is wanted: an op in parts then computes
   * everything from it.
   */
  replaces(name: string): boolean;
  /**
   * Returns `scan`, or a form of it for an observer: values that the body notes [B, ...] are
   * reported for all time steps, [B, T, ...].
   */
  loop(run: RunScan): RunScan;
  /** The observer's ops in parts; undefined in plans that nobody observes. */
  readonly unfused: UnfusedOps | undefined;
}

/** Returns the parts of the parameter of a name. @param rows the number of rows of each part */
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
    note: (name, tensor, absent) => observer?.note(prefix + name, tensor, absent) ?? tensor,
    derive: (name, from, value, own) => observer?.derive?.(prefix + name, from, value, own),
    wants: (name) => observer?.wants(prefix + name) === true,
    replaces: (name) => observer?.replaces?.(prefix + name) === true,
    loop: (run) => observer?.loop?.(run) ?? run,
    unfused: observer?.unfused,
  });
  return at('');
}

/** A parameter as a single part. */
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
