/** A computation of one's own as a training task: inputs by name, and a loss of them. */
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

/** A loss, and what it is a mean over. */
export interface Loss {
  /** f32: what is minimised; the mean of several values. */
  readonly loss: Tensor;
  /** f32 [1]: how many predictions it is a mean over; the number of its values by default. */
  readonly count?: Tensor;
  /** f32 [1]: how many of them are right, where that is a question. */
  readonly correct?: Tensor;
}

/** A loss as a function of named inputs. */
export interface Computation<Inputs extends InputTypes> {
  /** Types of the inputs by name: `{ x: f32(dim('B', 64), 4) }`. */
  readonly inputs: Inputs;
  /** Is called on symbolic tensors; dropout of the scope is on in training alone. */
  readonly loss: ModelFunction<Inputs, Tensor | Loss>;
}

/**
 * The task of a computation: what `Trainer.create` makes of inputs and a loss.
 * @throws what the loss throws, with the layer's path
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
      const given = Object.fromEntries(names.map((name) => [name, input(name)]));
      return resultOf(loss(scope, given));
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

/** How many values a loss has. */
function countOf({ shape }: Tensor): Tensor {
  const size = numberOfElements(shape);
  return typeof size === 'number' ? ops.fill([1], size) : ops.sum(ops.fill(shape, 1));
}
