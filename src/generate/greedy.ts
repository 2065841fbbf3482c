/** Greedy decoding without scores; see scoredGreedy.ts. */
import { argmax } from '../ops/argmax/op';
import { reshape } from '../ops/view/op';
import { padEnded, type Strategy, type TargetIds } from './strategy';

/** Greedy decoding: chooses the most probable token at each step. */
export interface GreedyOptions {
  readonly kind: 'greedy';
  /** Whether to sum log-probabilities, too (default false). Needs the import `scoredGreedy`. */
  readonly scores?: boolean;
}

/** The strategy of greedy decoding without scores. */
export function greedy(ids: TargetIds): Strategy {
  return {
    name: 'greedy',
    width: 1,
    best: 1,
    settings: {},
    reorders: false,
    needsAttention: false,
    scores: false,
    doneWith: 'first',
    states: () => ({}),
    start: () => ({}),
    choose: ({ logits, token }) => ({
      token: padEnded(token, reshape(argmax(logits), token.shape), ids),
      score: undefined,
      origins: undefined,
      state: {},
    }),
  };
}
