/** Greedy decoding: the most likely token, always. */
import { argmax } from '../ops/argmax/op';
import { reshape } from '../ops/view/op';
import { padEnded, type Strategy, type TargetIds } from './strategy';

/** Greedy decoding: the likeliest token at each step. */
export interface GreedyOptions {
  readonly kind: 'greedy';
  /** Also sum log-probabilities; false by default. Hand in `scoredGreedy` for it. */
  readonly scores?: boolean;
}

/** Without scores; see scoredGreedy.ts. */
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
