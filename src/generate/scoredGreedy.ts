/** Greedy decoding with scores. */
import { fill } from '../ops/fill/op';
import { type GreedyOptions, greedy } from './greedy';
import { addLogProbability } from './logProbability';
import type { DecodingMethod, Strategy, TargetIds } from './strategy';

/**
 * Greedy decoding that sums log-probabilities, for `decoding: { kind: 'greedy', scores: true }`.
 */
export const scoredGreedy: DecodingMethod<GreedyOptions> = {
  kind: 'greedy',
  settingNames: [],
  create: (_, ids) => scored(ids),
};

function scored(ids: TargetIds): Strategy {
  const plain = greedy(ids);
  return {
    ...plain,
    scores: true,
    states: ({ rows }) => ({ score: { dtype: 'f32', shape: [rows] } }),
    start: ({ rows }) => ({ score: fill([rows], 0) }),
    choose: (call) => {
      const choice = plain.choose(call);
      // Rows that have ended get pad here, and their scores do not change.
      const score = addLogProbability(call.state('score'), call, choice.token, ids);
      return { ...choice, score, state: { score } };
    },
  };
}
