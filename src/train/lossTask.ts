/** A custom loss as a training task. */
import { type BatchOf, type BatchValue, hostTensors, type InputTypes } from '../core/batch';
import { dimsEqual } from '../core/dim';
import { DTypeError } from '../core/errors';
import { formatType, numberOfElements } from '../core/shape';
import type { Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import type { ModelFunction } from '../nn/compile';
import type { Scope } from '../nn/parameters';
import { ops } from '../ops';
import type { TaskResult, TrainingTask } from './task';

/** A loss, with the number of predictions that it averages over. */
export interface Loss {
  /** f32 of any shape: the mean of its elements is minimised. */
  readonly loss: Tensor;
  /**
   * f32 [1]: number of predictions that the loss averages over (default: its number of elements).
   */
  readonly count?: Tensor;
  /** f32 [1]: number of correct predictions, for accuracy. */
  readonly correct?: Tensor;
}

/** A loss as a function of named inputs. */
export interface Computation<Inputs extends InputTypes> {
  /** Types of the inputs by name: `{ x: f32(dim('B', 64), 4) }`. */
  readonly inputs: Inputs;
  /** Called on symbolic tensors; dropout of the scope is on in training only. */
  readonly loss: ModelFunction<Inputs, Tensor | Loss>;
}

/**
 * Makes a training task of a computation, as `Trainer.create` does.
 */
export function lossTask<Inputs extends InputTypes>(
  computation: Computation<Inputs>,
): TrainingTask<BatchOf<Inputs>>;
export function lossTask({
  inputs,
  loss,
}: {
  readonly inputs: InputTypes;
  readonly loss: (scope: Scope, inputs: Tensors) => Tensor | Loss;
}): TrainingTask<Readonly<Record<string, BatchValue>>> {
  const names = Object.keys(inputs);
  return {
    inputs,
    forward: (scope, input) => {
      const tensors = Object.fromEntries(names.map((name) => [name, input(name)]));
      return resultOf(loss(scope, tensors));
    },
    feed: (batch) => hostTensors('batch', inputs, batch),
  };
}

function resultOf(result: Tensor | Loss): TaskResult {
  const { loss, count, correct } = 'loss' in result ? result : { loss: result };
  if (loss.dtype !== 'f32') throw new DTypeError(`loss: expected f32, found ${formatType(loss)}`);
  const isSingle = dimsEqual(numberOfElements(loss.shape), 1);
  return {
    loss: isSingle ? loss : ops.mean(loss),
    count: count ?? countOf(loss),
    ...(correct === undefined ? {} : { correct }),
  };
}

/** Number of elements of a loss, as f32 [1]. */
function countOf({ shape }: Tensor): Tensor {
  const size = numberOfElements(shape);
  return typeof size === 'number' ? ops.fill([1], size) : ops.sum(ops.fill(shape, 1));
}
