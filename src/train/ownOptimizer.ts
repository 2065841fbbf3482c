/**
 * The interface of optimisers: their states, host-computed scalars of each training step, and
 * update.
 */
import { defined, OptionError } from '../core/errors';
import type { TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { PARAMETERS } from '../nn/parameters';
import { ops } from '../ops';
import { type LearningRate, rateAt } from './schedule';

/**
 * Inputs of an update. Arenas hold the elements of all parameters in one vector [N], padded with
 * zeros.
 */
export interface UpdateCall<State extends string = string> {
  /** Arena of the parameters. */
  readonly parameters: Tensor;
  /** Arena of the clipped gradients. */
  readonly gradients: Tensor;
  /** The learning rate [1]. */
  readonly rate: Tensor;
  /** Arenas of the optimiser's states, by name. */
  readonly states: Readonly<Record<State, Tensor>>;
  /** The step's `figures` as vectors, by name. */
  readonly figures: Tensors;
  /** Gradients before clipping, and the clipping factor [1], for ops that apply it themselves. */
  readonly unclipped: { readonly gradients: Tensor; readonly scale: Tensor };
}

/** An optimiser with its learning rate. */
export interface Optimizer {
  readonly name: string;
  /** Its states by name, with the initial value of their elements. */
  readonly states: Readonly<Record<string, number>>;
  /** The learning rate of a training step, counted from 1. */
  rate(step: number): number;
  /**
   * Numbers that are computed in float64 on the CPU for each training step; their count must not
   * change.
   */
  figures(step: number): Readonly<Record<string, readonly number[]>>;
  /** Next values of the parameters and of every state, by name. */
  update(call: UpdateCall): Tensors;
}

/** The definition of a custom optimiser. */
export interface OwnOptimizer<State extends string> {
  /** Name for checkpoints and error messages. */
  readonly name: string;
  readonly learningRate: LearningRate;
  /** Its states by name, with the initial value of their elements (default: no states). */
  readonly states?: Readonly<Record<State, number>>;
  /**
   * Numbers that are computed in float64 on the CPU for each training step, such as bias
   * corrections.
   */
  readonly figures?: (step: number) => Readonly<Record<string, readonly number[]>>;
  /** Next values of the parameters and of every state, by name. */
  readonly update: (call: UpdateCall<State>) => Readonly<Record<State | 'parameters', Tensor>>;
}

/**
 * Defines a custom optimiser. Its update is composed of ops, and runs in place as part of the
 * training step's plan.
 * @throws OptionError for a state named 'parameters'
 */
export function defineOptimizer<State extends string = never>(own: OwnOptimizer<State>): Optimizer;
export function defineOptimizer({
  name,
  learningRate,
  states = {},
  figures = () => ({}),
  update,
}: OwnOptimizer<string>): Optimizer {
  if (PARAMETERS in states) {
    throw new OptionError(
      `optimizer ${name}: a state must not be named '${PARAMETERS}'; rename it`,
    );
  }
  return { name, states, figures, update, rate: (step) => rateAt(learningRate, step) };
}

/** Types of the states of a training step: the parameters and the optimiser's states. */
export function optimizerStates(
  { states }: Optimizer,
  size: number,
): Readonly<Record<string, TensorType>> {
  const arena: TensorType = { dtype: 'f32', shape: [size] };
  return Object.fromEntries([PARAMETERS, ...Object.keys(states)].map((name) => [name, arena]));
}

/** Types of the inputs of the update: the learning rate and the figures. */
export function optimizerInputs({ figures }: Optimizer): Readonly<Record<string, TensorType>> {
  const lengths = Object.entries({ learningRate: [0], ...figures(1) });
  return Object.fromEntries(
    lengths.map(([name, values]) => [name, { dtype: 'f32', shape: [values.length] }]),
  );
}

/** Calls the update and checks its results. @param packed the arena of gradients before clipping */
export function optimizerUpdate(
  { name, states, figures, update }: Optimizer,
  state: Lookup,
  input: Lookup,
  packed: Tensor,
  clip: { readonly scale: Tensor; readonly isActive: boolean },
): Tensors {
  const lookedUp = (names: readonly string[], lookup: Lookup) =>
    Object.fromEntries(names.map((each) => [each, lookup(each)]));
  const next = update({
    parameters: state(PARAMETERS),
    gradients: clip.isActive ? ops.mul(packed, clip.scale) : packed,
    rate: input('learningRate'),
    states: lookedUp(Object.keys(states), state),
    figures: lookedUp(Object.keys(figures(1)), input),
    unclipped: { gradients: packed, scale: clip.scale },
  });
  const names = [PARAMETERS, ...Object.keys(states)];
  const unknown = Object.keys(next).find((each) => !names.includes(each));
  const missing = names.find((each) => next[each] === undefined);
  if (unknown !== undefined || missing !== undefined) {
    const found = Object.keys(next).join(', ');
    throw new OptionError(
      `optimizer ${name}: the update must return ${names.join(', ')}, found ${found}`,
    );
  }
  return Object.fromEntries(names.map((each) => [each, defined(next[each], each)]));
}
