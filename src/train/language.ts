/**
 * Language modelling as a training task, with the mean cross-entropy of the next token as the loss.
 */
import { dim } from '../core/dim';
import { checkIds } from '../core/errors';
import type { LanguageModel } from '../models/model';
import type { Batch } from '../text/batches';
import type { TrainingTask } from './task';
import { type TranslationOptions, targetLoss } from './translation';

/** The target side of a batch; a language model has no source. */
export type SequenceBatch = Pick<Batch, 'size' | 'targetLength' | 'targetInput' | 'targetOutput'>;

/**
 * The task of training a language model on padded batches. Its perplexity is exp(held-out loss).
 */
export function languageTask(
  model: LanguageModel,
  options: TranslationOptions,
): TrainingTask<SequenceBatch> {
  const [B, T] = [dim('B', options.maxBatch), dim('T', model.maxLength)];
  return {
    inputs: {
      targetInput: { dtype: 'i32', shape: [B, T] },
      targetOutput: { dtype: 'i32', shape: [B, T] },
    },
    forward: (scope, inputs, mode) => {
      const logits = model.logits(scope, { targetInput: inputs('targetInput') });
      return targetLoss(scope.note('logits', logits), inputs('targetOutput'), options, mode);
    },
    feed: ({ size, targetLength, targetInput, targetOutput }) => {
      checkIds('training: input', targetInput, model.targetVocabulary);
      checkIds('training: output', targetOutput, model.targetVocabulary);
      const shape = [size, targetLength];
      return {
        targetInput: { shape, data: targetInput },
        targetOutput: { shape, data: targetOutput },
      };
    },
  };
}
