/** Translation with teacher forcing as a training task: mean cross-entropy of the target tokens. */
import { dim } from '../core/dim';
import { checkIds } from '../core/errors';
import type { HostTensors } from '../core/hostTensor';
import type { Tensor } from '../graph/op';
import type { TranslationModel } from '../models/model';
import { ops } from '../ops';
import type { Batch } from '../text/batches';
import type { Mode, TaskResult, TrainingTask } from './task';

/** Sizes of batches of sentence pairs, and how the loss is smoothed. */
export interface TranslationOptions {
  readonly maxBatch: number;
  /** Part of the probability spread over all classes in training (Szegedy et al. 2016). */
  readonly labelSmoothing: number;
  /** Target id that does not count. */
  readonly padId: number;
}

/** Trains a translation model on padded batches. */
export function translationTask(
  model: TranslationModel,
  options: TranslationOptions,
): TrainingTask<Batch> {
  const [B, S, T] = [
    dim('B', options.maxBatch),
    dim('S', model.maxLength),
    dim('T', model.maxLength),
  ];
  return {
    inputs: {
      source: { dtype: 'i32', shape: [B, S] },
      sourceLengths: { dtype: 'i32', shape: [B] },
      targetInput: { dtype: 'i32', shape: [B, T] },
      targetOutput: { dtype: 'i32', shape: [B, T] },
    },
    forward: (scope, inputs, mode) => {
      const logits = model.logits(scope, {
        source: inputs('source'),
        sourceLengths: inputs('sourceLengths'),
        targetInput: inputs('targetInput'),
      });
      return targetLoss(scope.note('logits', logits), inputs('targetOutput'), options, mode);
    },
    feed: (batch) => {
      checkIds('training: source', batch.source, model.sourceVocabulary);
      checkIds('training: target input', batch.targetInput, model.targetVocabulary);
      checkIds('training: target output', batch.targetOutput, model.targetVocabulary);
      return batchInputs(batch);
    },
  };
}

/**
 * Mean cross-entropy of target tokens, smoothed in training, and how many are the likeliest.
 * @param logits [..., V]  @param targets i32 [...]; `padId` does not count
 */
export function targetLoss(
  logits: Tensor,
  targets: Tensor,
  { labelSmoothing, padId }: Omit<TranslationOptions, 'maxBatch'>,
  mode: Mode,
): TaskResult {
  const { loss, count } = ops.meanCrossEntropy(logits, targets, {
    labelSmoothing: mode === 'training' ? labelSmoothing : 0,
    ignoreIndex: padId,
  });
  const right = ops.equal(ops.argmax(logits), targets);
  const counts = ops.notEqual(targets, ops.fill(targets.shape, padId, 'i32'));
  return { loss, count, correct: ops.sum(ops.cast(ops.and(right, counts), 'f32')) };
}

/** A batch as the inputs of a teacher-forcing plan. */
function batchInputs(batch: Batch): HostTensors {
  const { size, sourceLength, targetLength } = batch;
  const matrix = (data: Int32Array, columns: number) => ({ shape: [size, columns], data });
  return {
    source: matrix(batch.source, sourceLength),
    sourceLengths: { shape: [size], data: batch.sourceLengths },
    targetInput: matrix(batch.targetInput, targetLength),
    targetOutput: matrix(batch.targetOutput, targetLength),
  };
}
