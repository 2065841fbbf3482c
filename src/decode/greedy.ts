/** Greedy decoding: the most likely token, always. */
import { argmax } from '../ops/argmax/op';
import { fill } from '../ops/fill/op';
import { reshape } from '../ops/view/op';
import { addLogProbability, padEnded, type Strategy, type TargetIds } from './strategy';

export interface GreedyOptions {
  readonly kind: 'greedy';
  /** Also sum log-probabilities; false by default. */
  readonly scores?: boolean;
}

export function greedy({ scores = false }: GreedyOptions, ids: TargetIds): Strategy {
  return {
    name: 'greedy',
    width: 1,
    reorders: false,
    needsWeights: false,
    scores,
    doneWith: 'first',
    states: ({ rows }) => (scores ? { score: { dtype: 'f32', shape: [rows] } } : {}),
    start: ({ rows }) => (scores ? { score: fill([rows], 0) } : {}),
    choose: (call) => {
      const { logits, token, state } = call;
      const best = reshape(argmax(logits), token.shape);
      const score = scores ? addLogProbability(state('score'), call, best, ids) : undefined;
      return {
        token: padEnded(token, best, ids),
        score,
        origins: undefined,
        state: score === undefined ? {} : { score },
      };
    },
  };
}
