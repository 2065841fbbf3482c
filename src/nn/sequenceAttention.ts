/**
 * Attention of a recurrent decoder over an encoder's states: additive (Bahdanau et al. 2015, appendix
 * A.1.2), dot product and general (Luong et al. 2015, section 3.1).
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

/** How a query is compared with keys: by a layer, or by a product without or with a matrix. */
export type ScoreKind = 'additive' | 'dot' | 'general';

/** Sizes of attention over a sequence, and how it compares. */
export interface SequenceAttentionOptions {
  readonly score: ScoreKind;
  /** Size of the decoder's state. */
  readonly querySize: number;
  /** Size of the encoder's states; that of the query for 'dot'. */
  readonly keySize: number;
  /** Size in which additive scores are compared. */
  readonly size: number;
  /** Whether key_layer has a bias; PyTorch examples have none. */
  readonly keyBias?: boolean;
}

/** What attention over a sequence gives. */
export interface Attended {
  /** Weighted sum of the values [B, keySize]. */
  readonly context: Tensor;
  /** [B, S]. */
  readonly weights: Tensor;
}

/**
 * What scores compare queries with, computed once a sentence.
 * @param keys the encoder's states [B, S, keySize]
 * @returns [B, S, size] (additive), [B, S, querySize] (general) or the keys themselves (dot)
 */
export function projectKeys(
  scope: Scope,
  keys: Tensor,
  { score, querySize, keySize, size, keyBias = false }: SequenceAttentionOptions,
): Tensor {
  if (score === 'dot') return keys;
  const rows = score === 'additive' ? size : querySize;
  const layer = scope.child('key_layer');
  const projected = layer.weight('weight', [rows, keySize], linearBound(keySize)).product(keys);
  if (!keyBias) return projected;
  return add(projected, layer.parameter('bias', [rows], linearBound(keySize)));
}

/**
 * One query a row over the values.
 * @param query the decoder's state [B, querySize]  @param projected of `projectKeys`
 * @param values the encoder's states [B, S, keySize]  @param lengths i32 [B]
 */
export function attend(
  scope: Scope,
  query: Tensor,
  projected: Tensor,
  values: Tensor,
  lengths: Tensor | undefined,
  { score, querySize, size }: SequenceAttentionOptions,
): Attended {
  if (score === 'additive') {
    const weight = scope.weight('query_layer.weight', [size, querySize], linearBound(querySize));
    const energy = scope.parameter('energy_layer.weight', [1, size], linearBound(size));
    const asked = weight.product(query);
    return additiveAttention(asked, projected, reshape(energy, [size]), values, lengths);
  }
  const [batch, count, keySize] = dims(values, 3, 'values');
  const scores = matmul(projected, reshape(query, [batch, querySize, 1]));
  const mask = lengths && less(reshape(countTo(count), [1, count]), reshape(lengths, [batch, 1]));
  const weights = softmax(reshape(scores, [batch, count]), { mask });
  const context = matmul(reshape(weights, [batch, 1, count]), values);
  return { context: reshape(context, [batch, keySize]), weights };
}
