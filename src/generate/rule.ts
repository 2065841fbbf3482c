/** What generation rules are made of: what they are given at a step, and settings of a run. */
import { f32 } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { fill } from '../ops/fill/op';
import { greater, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import type { Extension } from './extension';
import { HIDDEN } from './hidden';
import type { ChooseCall } from './strategy';

/** What a rule is given at a step. */
export interface RuleCall extends ChooseCall {
  /** i32 [rows, 1]: the number of tokens before the one that the step reads. */
  readonly at: Tensor;
  /** i32 [1, 1]: the number of generated tokens. */
  readonly step: Tensor;
}

/** An extension that changes the scores [rows, V] from which tokens are chosen. */
export function rule(
  key: unknown,
  apply: (scores: Tensor, call: RuleCall) => Tensor,
  extension: Extension = {},
): Extension {
  return {
    ...extension,
    key,
    before: (call) => {
      const { state, open, sizes } = call;
      const at = reshape(state('rules.at'), [sizes.rows, 1]);
      const step = reshape(state('rules.step'), [1, 1]);
      return { open: (scores) => apply(open(scores), { ...call, at, step }) };
    },
  };
}

/** A number [1, 1] that can change from run to run. */
export function setting(name: string, value: number): Extension {
  const types = () => ({ [name]: f32(1, 1) });
  return {
    states: types,
    inputs: types,
    values: () => ({ [name]: { shape: [1, 1], data: Float32Array.of(value) } }),
    start: (_, inputs) => ({ [name]: inputs(name) }),
  };
}

/** Hides the tokens for which a condition holds. */
export const hide = (hidden: Tensor, scores: Tensor): Tensor =>
  where(hidden, fill(scores.shape, HIDDEN), scores);

/** bool [1, V]: which tokens of the vocabulary are among the ids. */
export function among(ids: readonly number[], vocabulary: number): Tensor {
  const data = Float64Array.from({ length: vocabulary }, (_, id) => (ids.includes(id) ? 1 : 0));
  return greater(constantTensor({ shape: [1, vocabulary], data }), fill([1, vocabulary], 0));
}
