/** Sums of log-probabilities, for the strategies that compute scores. */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { sub } from '../ops/binary/op';
import { crossEntropy } from '../ops/crossEntropy/op';
import { where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import { type ChooseCall, hasEnded, type TargetIds } from './strategy';

/**
 * Adds the log-probability of the chosen token to the score of each row that has not ended.
 * @param score [rows]  @param chosen i32 [rows, 1]
 */
export function addLogProbability(
  score: Tensor,
  { logits, token }: ChooseCall,
  chosen: Tensor,
  ids: TargetIds,
): Tensor {
  const [rows] = dims(score, 1, 'score');
  const loss = crossEntropy(logits, reshape(chosen, [rows]));
  const ended = reshape(hasEnded(token, ids), [rows]);
  return where(ended, score, sub(score, loss));
}
