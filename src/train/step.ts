/**
 * The graph of a training step: forward pass, backward pass, clipping and the optimiser's update,
 * which changes parameters and optimiser states in place. Nothing is read back within a step.
 */
import { gradients } from '../autodiff/grad';
import { OptionError } from '../core/errors';
import { i32 } from '../core/shape';
import { type Graph, trace } from '../graph/graph';
import { constantTensor } from '../graph/source';
import { bindParameters, PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { parameterStates } from '../nn/storage';
import { ops } from '../ops';
import { type OptimizerOptions, optimizerOf } from './optimizer';
import { type Optimizer, optimizerInputs, optimizerStates, optimizerUpdate } from './ownOptimizer';
import type { TrainingTask } from './task';

/** The clipping factor without clipping. */
const UNCLIPPED = { shape: [1], data: Float64Array.of(1) } as const;

/** Options of a training step. */
export interface StepOptions {
  readonly optimizer: Optimizer | OptimizerOptions;
  /** Largest global norm of the gradient (default: no limit). */
  readonly clipNorm?: number | undefined;
}

/** A limit that no norm of float32 gradients exceeds. */
const UNLIMITED = 1e38;

/** The graph of a training step. Outputs: mean loss, count of predictions, norm of the gradient. */
export function trainingGraph<Batch>(
  task: TrainingTask<Batch>,
  layout: ParameterLayout,
  { clipNorm, optimizer: given }: StepOptions,
): Graph {
  const optimizer = 'kind' in given ? optimizerOf(given, 0) : given;
  const stepInputs = { dropoutKey: i32(1), ...optimizerInputs(optimizer) };
  const reserved = Object.keys(stepInputs).find((name) => name in task.inputs);
  if (reserved !== undefined) {
    throw new OptionError(
      `training: the input name '${reserved}' is reserved for the trainer; choose another name`,
    );
  }
  return trace(
    (inputs, states) => {
      const arena = states(PARAMETERS);
      const bound = bindParameters(layout, arena, {
        key: inputs('dropoutKey'),
        dropout: ops.dropout,
      });
      const { loss, count } = task.forward(bound.scope, inputs, 'training');
      const pieces = bound.pieces();
      const grads = gradients(
        loss,
        pieces.map(({ tensor }) => tensor),
      );
      const offsets = pieces.map(({ offset }) => offset);
      const packed = ops.pack(grads, offsets, layout.size);
      // The norm is reported even if gradients are not clipped.
      const clip = ops.clipScale(packed, clipNorm ?? UNLIMITED);
      const scale = clipNorm === undefined ? constantTensor(UNCLIPPED) : clip.scale;
      const limit = { scale, isActive: clipNorm !== undefined };
      const updates = optimizerUpdate(optimizer, states, inputs, packed, limit);
      return { outputs: { loss, count, norm: clip.norm }, updates };
    },
    {
      inputs: { ...task.inputs, ...stepInputs },
      states: optimizerStates(optimizer, layout.size),
    },
  );
}

/**
 * The graph of an evaluation, without dropout or update. Outputs: loss, count and, if known,
 * correct.
 */
export function evaluationGraph<Batch>(task: TrainingTask<Batch>, layout: ParameterLayout): Graph {
  return trace(
    (inputs, states) => {
      const { scope } = bindParameters(layout, states(PARAMETERS));
      const { loss, count, correct } = task.forward(scope, inputs, 'evaluation');
      return { outputs: { loss, count, ...(correct === undefined ? {} : { correct }) } };
    },
    {
      inputs: task.inputs,
      states: parameterStates(layout),
    },
  );
}
