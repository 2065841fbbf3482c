/**
 * One training step as a single plan: forward, backward, clipping and the optimiser's update, with
 * parameters and moments changed in place. Nothing is read back inside.
 */
import { gradients } from '../autodiff/grad';
import { type Graph, trace } from '../graph/graph';
import { constantTensor } from '../graph/source';
import { bindParameters, PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { ops } from '../ops';
import { type OptimizerOptions, optimizerStates, optimizerUpdate } from './optimizer';
import type { TrainingTask } from './task';

/** The factor of gradients that are not clipped. */
const UNCLIPPED = { shape: [1], data: Float64Array.of(1) } as const;

/** What a training step does with the gradients. */
export interface StepOptions {
  readonly optimizer: OptimizerOptions;
  /** Largest global norm of the gradient; none when undefined. */
  readonly clipNorm: number | undefined;
}

/** A norm that no gradient of float32 is clipped to. */
const UNLIMITED = 1e38;

/** The graph of a training step. Outputs: loss (mean over what counts), count, norm. */
export function trainingGraph<Batch>(
  task: TrainingTask<Batch>,
  layout: ParameterLayout,
  { clipNorm, optimizer }: StepOptions,
): Graph {
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
        ops,
        loss,
        pieces.map(({ tensor }) => tensor),
      );
      const offsets = pieces.map(({ offset }) => offset);
      const packed = ops.pack(grads, offsets, layout.size);
      // Without a limit the norm is reported all the same.
      const clip = ops.clipScale(packed, clipNorm ?? UNLIMITED);
      const scale = clipNorm === undefined ? constantTensor(UNCLIPPED) : clip.scale;
      const updates = optimizerUpdate(optimizer, states, inputs, packed, scale);
      return { outputs: { loss, count, norm: clip.norm }, updates };
    },
    {
      inputs: {
        ...task.inputs,
        dropoutKey: { dtype: 'i32', shape: [1] },
        learningRate: { dtype: 'f32', shape: [1] },
        corrections: { dtype: 'f32', shape: [2] },
      },
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
      states: { [PARAMETERS]: { dtype: 'f32', shape: [layout.size] } },
    },
  );
}
