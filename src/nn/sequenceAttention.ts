/**
 * Attention of a recurrent decoder over an encoder's states: additive (Bahdanau et al. 2015,
 * appendix A.1.2), dot product and general (Luong et al. 2015, section 3.1).
 */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { additiveAttention } from '../ops/additiveAttention/op';
import { add } from '../ops/binary/op';
import { matmul } from '../ops/matmul/op';
import { less } from '../ops/select/op';
import { softmax } from '../ops/softmax/op';
import { reshape } from '../ops/view/op';
import { countTo } from './lengths';
import { linearBound } from './linear';
import type { Scope } from './scope';

/**
 * How a query is scored against keys: by a tanh layer, a dot product, or a product with a matrix
 * between.
 */
export type ScoreKind = 'additive' | 'dot' | 'general';

/** Score and sizes of attention over a sequence. */
export interface SequenceAttentionOptions {
  readonly score: ScoreKind;
  /** Size of the decoder's state. */
  readonly querySize: number;
  /** Size of the encoder's states; for 'dot', equal to querySize. */
  readonly keySize: number;
  /** For 'additive': size of the space in which query and key are added. */
  readonly size: number;
  /** Whether key_layer has a bias (default false). */
  readonly keyBias?: boolean;
}

/** The result of attention over a sequence. */
export interface Attended {
  /** Weighted sum of the values [B, keySize]. */
  readonly context: Tensor;
  /** Attention weights [B, S]. */
  readonly weights: Tensor;
}

/**
 * Projects the encoder's states to keys, once for each source.
 * @param keys the encoder's states [B, S, keySize]
 * @param names the scope that notes the keys as k (default: that of the parameters)
 * @returns [B, S, size] (additive), [B, S, querySize] (general) or the keys themselves (dot)
 */
export function projectKeys(
  scope: Scope,
  keys: Tensor,
  { score, querySize, keySize, size, keyBias = false }: SequenceAttentionOptions,
  names = scope,
): Tensor {
  if (score === 'dot') return names.note('k', keys);
  const rows = score === 'additive' ? size : querySize;
  const layer = scope.child('key_layer');
  const projected = layer.weight('weight', [rows, keySize], linearBound(keySize)).product(keys);
  if (!keyBias) return names.note('k', projected);
  return names.note('k', add(projected, layer.parameter('bias', [rows], linearBound(keySize))));
}

/**
 * Attends from one query for each row.
 * @param query the decoder's state [B, querySize]  @param projected the result of `projectKeys`
 * @param values the encoder's states [B, S, keySize]  @param lengths i32 [B]
 * @param names the scope that notes q, scores, weights and context (default: that of the parameters)
 */
export function attend(
  scope: Scope,
  query: Tensor,
  projected: Tensor,
  values: Tensor,
  lengths: Tensor | undefined,
  { score, querySize, size }: SequenceAttentionOptions,
  names = scope,
): Attended {
  if (score === 'additive') {
    const weight = scope.weight('query_layer.weight', [size, querySize], linearBound(querySize));
    const energy = scope.parameter('energy_layer.weight', [1, size], linearBound(size));
    const project = (state: Tensor) => weight.product(state);
    const vector = reshape(energy, [size]);
    return (
      scope.unfused?.additiveAttention(names, query, project, projected, vector, values, lengths) ??
      additiveAttention(project(query), projected, vector, values, lengths)
    );
  }
  const [batch, count, keySize] = dims(values, 3, 'values');
  const mask = lengths && less(reshape(countTo(count), [1, count]), reshape(lengths, [batch, 1]));
  const scoresOf = (q: Tensor): Tensor => {
    const rest = q.shape.slice(0, -1);
    return reshape(matmul(projected, reshape(q, [...rest, querySize, 1])), [...rest, count]);
  };
  const weightsOf = (scores: Tensor) => softmax(scores, { mask });
  const q = noteOrDerive(names, 'q', query, query, (state) => state);
  const scores = noteOrDerive(names, 'scores', scoresOf(q), query, scoresOf);
  const weights = noteOrDerive(names, 'weights', weightsOf(scores), query, (state) =>
    weightsOf(scoresOf(state)),
  );
  const context = matmul(reshape(weights, [batch, 1, count]), values);
  return { context: names.note('context', reshape(context, [batch, keySize])), weights };
}

/** Notes a value, or derives it from the query, which a loop keeps anyway, if no run replaces it. */
function noteOrDerive(
  names: Scope,
  name: string,
  value: Tensor,
  query: Tensor,
  from: (query: Tensor) => Tensor,
): Tensor {
  if (['q', 'scores', 'weights'].some((one) => names.replaces(one))) return names.note(name, value);
  names.derive(name, [query], ([state = query]) => from(state), value);
  return value;
}
