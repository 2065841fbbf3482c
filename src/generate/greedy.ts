/** Greedy decoding without scores; see scoredGreedy.ts. */
import { argmax } from '../ops/argmax/op';
import { reshape } from '../ops/view/op';
import type { TargetIds } from './hypotheses';
import { padEnded, plainStrategy, type Strategy } from './strategy';

/** Greedy decoding: chooses the most probable token at each step. */
export interface GreedyOptions {
  readonly kind: 'greedy';
  /** Whether to sum log-probabilities, too (default false). Needs the import `scoredGreedy`. */
  readonly scores?: boolean;
}

/** The strategy of greedy decoding without scores. */
export function greedy(ids: TargetIds): Strategy {
  return plainStrategy('greedy', 1, (call) => ({
    token: padEnded(call, reshape(argmax(call.open(call.logits)), call.token.shape), ids),
    origins: undefined,
    state: {},
    records: {},
  }));
}
