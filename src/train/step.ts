/**
 * One training step as a single plan: forward, backward, clipping and the optimiser's update, with
 * parameters and moments changed in place. Nothing is read back inside.
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

/** The factor of gradients that are not clipped. */
const UNCLIPPED = { shape: [1], data: Float64Array.of(1) } as const;

/** What a training step does with the gradients. */
export interface StepOptions {
  readonly optimizer: Optimizer | OptimizerOptions;
  /** Largest global norm of the gradient; no limit by default. */
  readonly clipNorm?: number | undefined;
}

/** A norm that no gradient of float32 is clipped to. */
const UNLIMITED = 1e38;

/** The graph of a training step. Outputs: loss (mean over what counts), count, norm. */
export function trainingGraph<Batch>(
  task: TrainingTask<Batch>,
  layout: ParameterLayout,
  { clipNorm, optimizer: given }: StepOptions,
): Graph {
  const optimizer = 'kind' in given ? optimizerOf(given, 0) : given;
  const own = { dropoutKey: i32(1), ...optimizerInputs(optimizer) };
  const taken = Object.keys(own).find((name) => name in task.inputs);
  if (taken !== undefined) {
    throw new OptionError(`training: input '${taken}' is the trainer's own; choose another name`);
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
      // Without a limit the norm is reported all the same.
      const clip = ops.clipScale(packed, clipNorm ?? UNLIMITED);
      const scale = clipNorm === undefined ? constantTensor(UNCLIPPED) : clip.scale;
      const limit = { scale, isActive: clipNorm !== undefined };
      const updates = optimizerUpdate(optimizer, states, inputs, packed, limit);
      return { outputs: { loss, count, norm: clip.norm }, updates };
    },
    {
      inputs: { ...task.inputs, ...own },
      states: optimizerStates(optimizer, layout.size),
    },
  );
}

/** The graph of an evaluation: like training without dropout or update. Outputs: loss, count, correct. */
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
