/** What an optimiser is to the trainer: arenas that it keeps, its figures of each step, its update. */

import { defined, OptionError } from '../core/errors';
import type { TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { PARAMETERS } from '../nn/parameters';
import { ops } from '../ops';
import { type LearningRate, rateAt } from './schedule';

/** What an update computes with. Arenas hold all parameters in one vector [N]; gaps between are zero. */
export interface UpdateCall<State extends string = string> {
  /** Arena. */
  readonly parameters: Tensor;
  /** Arena of their gradients, clipped. */
  readonly gradients: Tensor;
  /** The learning rate [1]. */
  readonly rate: Tensor;
  /** The arenas that the optimiser keeps, by name. */
  readonly states: Readonly<Record<State, Tensor>>;
  /** Vectors of the step's figures, by name. */
  readonly figures: Tensors;
  /** Gradients before clipping, and the factor [1] on them: for ops that apply it themselves. */
  readonly unclipped: { readonly gradients: Tensor; readonly scale: Tensor };
}

/** An optimiser with its learning rate. */
export interface Optimizer {
  readonly name: string;
  /** What every value of each arena beside the parameters starts from. */
  readonly states: Readonly<Record<string, number>>;
  /** The learning rate of a step, counted from 1. */
  rate(step: number): number;
  /** Numbers of a step that are computed in float64 outside of the plan; as many at every step. */
  figures(step: number): Readonly<Record<string, readonly number[]>>;
  /** Next values: parameters, and every state by its name. */
  update(call: UpdateCall): Tensors;
}

/** An optimiser of one's own: its states, and their update. */
export interface OwnOptimizer<State extends string> {
  /** Of checkpoints and errors. */
  readonly name: string;
  readonly learningRate: LearningRate;
  /** Arenas kept beside the parameters: name -> what each value starts from. */
  readonly states?: Readonly<Record<State, number>>;
  /** Numbers of a step, counted from 1, that are computed in float64: bias corrections and the like. */
  readonly figures?: (step: number) => Readonly<Record<string, readonly number[]>>;
  /** Next values: parameters, and every state by its name. */
  readonly update: (call: UpdateCall<State>) => Readonly<Record<State | 'parameters', Tensor>>;
}

/**
 * An optimiser of one's own. The update is built of ops, and runs in place in the training step's plan.
 * @throws OptionError for a state whose name is taken
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
      `optimizer ${name}: '${PARAMETERS}' are no state of it; rename the state`,
    );
  }
  return { name, states, figures, update, rate: (step) => rateAt(learningRate, step) };
}

/** Types of the parameters' and the optimiser's states. */
export function optimizerStates(
  { states }: Optimizer,
  size: number,
): Readonly<Record<string, TensorType>> {
  const arena: TensorType = { dtype: 'f32', shape: [size] };
  return Object.fromEntries([PARAMETERS, ...Object.keys(states)].map((name) => [name, arena]));
}

/** Types of the inputs that the update takes. */
export function optimizerInputs({ figures }: Optimizer): Readonly<Record<string, TensorType>> {
  const lengths = Object.entries({ learningRate: [0], ...figures(1) });
  return Object.fromEntries(
    lengths.map(([name, values]) => [name, { dtype: 'f32', shape: [values.length] }]),
  );
}

/** Next values of the states. @param packed the arena of gradients, before clipping */
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
      `optimizer ${name}: the update gives ${found}; expected ${names.join(', ')}`,
    );
  }
  return Object.fromEntries(names.map((each) => [each, defined(next[each], each)]));
}
