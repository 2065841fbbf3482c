/** Sums of log-probabilities, for the ways of choosing that keep them. */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { sub } from '../ops/binary/op';
import { crossEntropy } from '../ops/crossEntropy/op';
import { where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import { type ChooseCall, hasEnded, type TargetIds } from './strategy';

/**
 * The score of rows after a token: plus its log-probability, unless the row had ended.
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
