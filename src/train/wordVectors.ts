/** Word vectors as a training task, with negative sampling (Mikolov et al. 2013b, eq. 4). */
import { dim } from '../core/dim';
import { checkIds, InputError } from '../core/errors';
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import type { WordVectorModel } from '../models/model';
import { ops } from '../ops';
import type { WordBatch } from '../text';
import type { TaskResult, TrainingTask } from './task';

/** The score of padding, below that of any word. */
const HIDDEN = -1e30;

/**
 * The task of training word vectors with negative sampling. The loss is the mean over examples of
 * -log sigmoid(score) of the true word plus the sum of -log sigmoid(-score) of the negative
 * samples. An example is correct if the true word scores higher than all negative samples.
 */
export function wordVectorTask(
  model: WordVectorModel,
  { maxBatch }: { readonly maxBatch: number },
): TrainingTask<WordBatch> {
  const { width, candidates } = model;
  const { vocabulary, padId } = model.config;
  const P = dim('P', maxBatch);
  return {
    inputs: {
      inputs: { dtype: 'i32', shape: [P, width] },
      words: { dtype: 'i32', shape: [P, candidates] },
    },
    forward: (scope, inputs) => {
      const words = inputs('words');
      const scores = scope.note('scores', model.scores(scope, inputs('inputs'), words));
      return noiseLoss(scores, ops.notEqual(words, ops.fill(words.shape, padId, 'i32')));
    },
    feed: (batch) => {
      if (batch.width !== width || batch.candidates !== candidates) {
        throw new InputError(
          `training: the model takes ${width} input words and ${candidates} candidates, found ` +
            `${batch.width} and ${batch.candidates}; give model and batches the same window, ` +
            'negatives and kind',
        );
      }
      checkIds('training: inputs', batch.inputs, vocabulary);
      checkIds('training: words', batch.words, vocabulary);
      return {
        inputs: { shape: [batch.size, width], data: batch.inputs },
        words: { shape: [batch.size, candidates], data: batch.words },
      };
    },
  };
}

/**
 * The loss.
 * @param scores [P, N], that of the true word first
 * @param counts [P, N], false for padding
 */
function noiseLoss(scores: Tensor, counts: Tensor): TaskResult {
  const [examples, candidates] = dims(scores, 2, 'scores');
  const signs = Float64Array.from({ length: Number(candidates) }, (_, n) => (n === 0 ? -1 : 1));
  const wrongness = ops.mul(scores, constantTensor({ shape: [signs.length], data: signs }));
  const losses = ops.mul(ops.softplus(wrongness), ops.cast(counts, 'f32'));
  const count = ops.sum(ops.fill([examples], 1));
  const part = (from: number, to: number) =>
    ops.slice(ops.where(counts, scores, ops.fill(scores.shape, HIDDEN)), {
      starts: [0, from],
      ends: [examples, to],
    });
  const noise = ops.max(part(1, signs.length), { axis: 1 });
  const right = ops.greater(ops.reshape(part(0, 1), [examples]), noise);
  return {
    loss: ops.div(ops.sum(losses), count),
    count,
    correct: ops.sum(ops.cast(right, 'f32')),
  };
}
