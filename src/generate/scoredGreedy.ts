/** Greedy decoding with scores. */
import { type GreedyOptions, greedy } from './greedy';
import { withScores } from './logProbability';
import type { DecodingMethod } from './strategy';

/**
 * Greedy decoding that sums log-probabilities, for `decoding: { kind: 'greedy', scores: true }`.
 */
export const scoredGreedy: DecodingMethod<GreedyOptions> = {
  kind: 'greedy',
  settingNames: [],
  create: (_, ids) => withScores(greedy(ids), ids),
};
