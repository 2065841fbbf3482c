/** Sums of log-probabilities, for the strategies that compute scores. */
import { dims, f32 } from '../core/shape';
import type { Tensor } from '../graph/op';
import { sub } from '../ops/binary/op';
import { crossEntropy } from '../ops/crossEntropy/op';
import { fill } from '../ops/fill/op';
import { equal, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import type { Hypothesis, Path, Records, TargetIds } from './hypotheses';
import type { ChooseCall, Strategy } from './strategy';

/** A strategy whose rows continue themselves, with the sum of each row's log-probabilities. */
export function withScores(strategy: Strategy, ids: TargetIds): Strategy {
  return {
    ...strategy,
    states: (sizes) => ({ ...strategy.states(sizes), score: f32(sizes.rows) }),
    start: (sizes, ...others) => ({
      ...strategy.start(sizes, ...others),
      score: fill([sizes.rows], 0),
    }),
    records: (sizes) => ({ ...strategy.records(sizes), scores: f32(sizes.rows, 1) }),
    choose: (call) => {
      const choice = strategy.choose(call);
      const score = addLogProbability(call.state('score'), call, choice.token, ids);
      return {
        ...choice,
        state: { ...choice.state, score },
        records: { ...choice.records, scores: score },
      };
    },
    describe: describeScores,
  };
}

/**
 * Adds the log-probability of the chosen token to the score of each row that has not ended.
 * @param score [rows]  @param chosen i32 [rows, 1]
 */
function addLogProbability(
  score: Tensor,
  { logits }: ChooseCall,
  chosen: Tensor,
  { pad }: TargetIds,
): Tensor {
  const [rows] = dims(score, 1, 'score');
  const token = reshape(chosen, [rows]);
  const loss = crossEntropy(logits, token);
  return where(equal(token, fill([rows], pad, 'i32')), score, sub(score, loss));
}

/** The score of a hypothesis and of each of its tokens, from the sums in the record `scores`. */
export function describeScores(path: Path, { data }: Records): Partial<Hypothesis> {
  const sums = path.map(({ to, score = 0 }) =>
    to === undefined ? score : (data.get('scores')?.[to] ?? 0),
  );
  return {
    score: sums.at(-1) ?? 0,
    tokenScores: sums.map((sum, i) => sum - (sums[i - 1] ?? 0)),
  };
}
