/** Training tasks: inputs, a loss, and the conversion of batches to inputs. */
import type { HostTensors } from '../core/hostTensor';
import type { TensorType } from '../core/shape';
import type { Lookup } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { declareParameters, type ParameterLayout, type Scope } from '../nn/parameters';

/** Dropout and label smoothing are on in training and off in evaluation. */
export type Mode = 'training' | 'evaluation';

/** Results of a task for a batch. */
export interface TaskResult {
  /** Mean loss over the predictions [1]. */
  readonly loss: Tensor;
  /** Number of predictions, such as target tokens or labels, without padding [1]. */
  readonly count: Tensor;
  /** Number of correct predictions [1], for accuracy. */
  readonly correct?: Tensor;
}

/** A training task. */
export interface TrainingTask<Batch> {
  /** Types of the inputs by name. */
  readonly inputs: Readonly<Record<string, TensorType>>;
  /** Computes the loss of a batch; called on symbolic tensors. */
  forward(scope: Scope, inputs: Lookup, mode: Mode): TaskResult;
  /** Converts a batch to inputs. @throws InputError for a batch that does not fit */
  feed(batch: Batch): HostTensors;
}

/** The layout of the parameters that a task trains. */
export function taskLayout<Batch>(task: TrainingTask<Batch>): ParameterLayout {
  return declareParameters(
    (scope, inputs) => task.forward(scope, inputs, 'evaluation'),
    task.inputs,
  );
}
