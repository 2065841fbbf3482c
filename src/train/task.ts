/** What the training loop knows of what it trains: inputs, a loss, and how a batch becomes inputs. */
import type { HostTensors } from '../core/hostTensor';
import type { TensorType } from '../core/shape';
import type { Lookup } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { declareParameters, type ParameterLayout, type Scope } from '../nn/parameters';

/** In training there is dropout and label smoothing, in evaluation neither. */
export type Mode = 'training' | 'evaluation';

/** What a task computes of a batch. */
export interface TaskResult {
  /** Mean over what counts [1]. */
  readonly loss: Tensor;
  /** How many predictions count [1]: target tokens, labels, pairs. */
  readonly count: Tensor;
  /** How many of them are right [1], where that is a question. */
  readonly correct?: Tensor;
}

/** What is trained: its inputs, its loss, and how a batch becomes inputs. */
export interface TrainingTask<Batch> {
  /** Types of a batch's inputs at their bounds. */
  readonly inputs: Readonly<Record<string, TensorType>>;
  forward(scope: Scope, inputs: Lookup, mode: Mode): TaskResult;
  /** @throws InputError for a batch that does not fit, before anything runs */
  feed(batch: Batch): HostTensors;
}

/** Which parameters a task trains. */
export function taskLayout<Batch>(task: TrainingTask<Batch>): ParameterLayout {
  return declareParameters(
    (scope, inputs) => task.forward(scope, inputs, 'evaluation'),
    task.inputs,
  );
}
