/** Language modelling as a training task: mean cross-entropy of the next token. */
import { dim } from '../core/dim';
import { checkIds } from '../core/errors';
import type { LanguageModel } from '../models/model';
import type { Batch } from '../text/batches';
import type { TrainingTask } from './task';
import { type TranslationOptions, targetLoss } from './translation';

/** A batch's targets; a language model has no sources. */
export type SequenceBatch = Pick<Batch, 'size' | 'targetLength' | 'targetInput' | 'targetOutput'>;

/** Trains a language model on padded batches: exp of the held-out loss is its perplexity a token. */
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
