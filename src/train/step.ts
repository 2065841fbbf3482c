/**
 * One training step as a single plan: forward, backward, clipping and the optimiser's update, with
 * parameters and moments changed in place. Nothing is read back inside.
 */

import { gradients } from '../autodiff/grad';
import { type Dim, dim } from '../core/dim';
import { type Graph, type Lookup, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import type { TranslationModel } from '../models/model';
import { bindParameters, PARAMETERS, type ParameterLayout, type Scope } from '../nn/parameters';
import { ops } from '../ops';
import { type OptimizerOptions, optimizerStates, optimizerUpdate } from './optimizer';

export interface LossOptions {
  /** Part of the probability spread over all classes (Szegedy et al. 2016). */
  readonly labelSmoothing: number;
  /** Target id that does not count. */
  readonly padId: number;
}

export interface StepOptions extends LossOptions {
  readonly maxBatch: number;
  readonly optimizer: OptimizerOptions;
  /** Largest global norm of the gradient; none when undefined. */
  readonly clipNorm: number | undefined;
}

/** Types of a batch's inputs at their bounds. */
function batchTypes(model: TranslationModel, maxBatch: number) {
  const [B, S, T]: readonly [Dim, Dim, Dim] = [
    dim('B', maxBatch),
    dim('S', model.maxLength),
    dim('T', model.maxLength),
  ];
  return {
    source: { dtype: 'i32', shape: [B, S] },
    sourceLengths: { dtype: 'i32', shape: [B] },
    targetInput: { dtype: 'i32', shape: [B, T] },
    targetOutput: { dtype: 'i32', shape: [B, T] },
  } as const;
}

function teacherForcing(
  model: TranslationModel,
  scope: Scope,
  inputs: Lookup,
  { labelSmoothing, padId }: LossOptions,
): { readonly loss: Tensor; readonly tokens: Tensor; readonly logits: Tensor } {
  const logits = model.logits(scope, {
    source: inputs('source'),
    sourceLengths: inputs('sourceLengths'),
    targetInput: inputs('targetInput'),
  });
  const targets = inputs('targetOutput');
  const { loss, count } = ops.meanCrossEntropy(logits, targets, {
    labelSmoothing,
    ignoreIndex: padId,
  });
  return { loss, tokens: count, logits };
}

/** The graph of a training step. Outputs: loss (mean over tokens), tokens, norm. */
export function trainingGraph(
  model: TranslationModel,
  layout: ParameterLayout,
  options: StepOptions,
): Graph {
  const { clipNorm, optimizer } = options;
  return trace(
    (inputs, states) => {
      const arena = states(PARAMETERS);
      const bound = bindParameters(layout, arena, { key: inputs('dropoutKey') });
      const { loss, tokens } = teacherForcing(model, bound.scope, inputs, options);
      const pieces = bound.pieces();
      const grads = gradients(
        ops,
        loss,
        pieces.map(({ tensor }) => tensor),
      );
      const offsets = pieces.map(({ offset }) => offset);
      const packed = ops.pack(grads, offsets, layout.size);
      const clip = ops.clipScale(packed, clipNorm ?? Number.MAX_VALUE);
      const scale = clipNorm === undefined ? ops.fill([1], 1) : clip.scale;
      const updates = optimizerUpdate(optimizer, states, inputs, packed, scale);
      return { outputs: { loss, tokens, norm: clip.norm }, updates };
    },
    {
      inputs: {
        ...batchTypes(model, options.maxBatch),
        dropoutKey: { dtype: 'i32', shape: [1] },
        learningRate: { dtype: 'f32', shape: [1] },
        corrections: { dtype: 'f32', shape: [2] },
      },
      states: optimizerStates(optimizer, layout.size),
    },
  );
}

/**
 * The graph of an evaluation: like training without dropout or update. Outputs: loss, tokens and how
 * many of them have the right class as the most likely.
 */
export function evaluationGraph(
  model: TranslationModel,
  layout: ParameterLayout,
  options: LossOptions & { readonly maxBatch: number },
): Graph {
  return trace(
    (inputs, states) => {
      const { scope } = bindParameters(layout, states(PARAMETERS));
      const { loss, tokens, logits } = teacherForcing(model, scope, inputs, options);
      return { outputs: { loss, tokens, correct: countCorrect(logits, inputs, options.padId) } };
    },
    {
      inputs: batchTypes(model, options.maxBatch),
      states: { [PARAMETERS]: { dtype: 'f32', shape: [layout.size] } },
    },
  );
}

function countCorrect(logits: Tensor, inputs: Lookup, padId: number): Tensor {
  const targets = inputs('targetOutput');
  const right = ops.equal(ops.argmax(logits), targets);
  const counts = ops.notEqual(targets, ops.fill(targets.shape, padId, 'i32'));
  return ops.sum(ops.cast(ops.and(right, counts), 'f32'));
}
