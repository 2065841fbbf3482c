/** Translation with teacher forcing as a training task, with mean cross-entropy as the loss. */
import { dim } from '../core/dim';
import { checkIds } from '../core/errors';
import type { HostTensors } from '../core/hostTensor';
import type { Tensor } from '../graph/op';
import type { TranslationModel } from '../models/model';
import { ops } from '../ops';
import type { Batch } from '../text/batches';
import type { Mode, TaskResult, TrainingTask } from './task';

/** Options of a translation or language modelling task. */
export interface TranslationOptions {
  /** Largest number of sequences in a batch. */
  readonly maxBatch: number;
  /** Label smoothing in training: the probability spread over all classes (Szegedy et al. 2016). */
  readonly labelSmoothing: number;
  /** Id of padding, which does not count in the loss. */
  readonly padId: number;
}

/** The task of training a translation model on padded batches. */
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
 * Mean cross-entropy of the targets, with label smoothing in training, and the number of targets
 * that are the argmax.
 * @param logits [..., V]  @param targets i32 [...]; `padId` is ignored
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

/** A batch as inputs of the task. */
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
