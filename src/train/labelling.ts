/** Sequence and token classification as a training task, with mean cross-entropy as the loss. */
import { dim } from '../core/dim';
import { checkIds } from '../core/errors';
import type { Labeller } from '../models/model';
import { type LabelledBatch, NO_LABEL } from '../text/labelled';
import type { TrainingTask } from './task';
import { targetLoss } from './translation';

/** Options of a labelling task. */
export interface LabellingOptions {
  /** Largest number of sequences in a batch. */
  readonly maxBatch: number;
  /** Label smoothing in training: the probability spread over all classes (default 0). */
  readonly labelSmoothing?: number;
}

/** The task of training a labeller on padded batches. */
export function labellingTask(
  model: Labeller,
  { maxBatch, labelSmoothing = 0 }: LabellingOptions,
): TrainingTask<LabelledBatch> {
  const { maxLength, perToken } = model;
  const B = dim('B', maxBatch);
  const T = maxLength === 1 ? 1 : dim('T', maxLength);
  return {
    inputs: {
      tokens: { dtype: 'i32', shape: [B, T] },
      lengths: { dtype: 'i32', shape: [B] },
      labels: { dtype: 'i32', shape: perToken ? [B, T] : [B] },
    },
    forward: (scope, inputs, mode) => {
      const [tokens, lengths] = [inputs('tokens'), inputs('lengths')];
      const logits = model.logits(scope, { tokens, lengths });
      return targetLoss(
        scope.note('logits', logits),
        inputs('labels'),
        { labelSmoothing, padId: NO_LABEL },
        mode,
      );
    },
    feed: ({ size, length, tokens, lengths, labels }) => {
      checkIds('training: tokens', tokens, model.vocabulary);
      checkIds(
        'training: labels',
        labels.filter((label) => label !== NO_LABEL),
        model.classes,
      );
      return {
        tokens: { shape: [size, length], data: tokens },
        lengths: { shape: [size], data: lengths },
        labels: { shape: perToken ? [size, length] : [size], data: labels },
      };
    },
  };
}
