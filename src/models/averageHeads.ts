/** Attention weights of a decoding step, as decoders report them. */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { matmul } from '../ops/matmul/op';
import { reshape } from '../ops/view/op';

/**
 * The mean over heads, [B, heads, 1, S] -> [B, S]. It is computed by a matrix product, because a
 * translator has kernels for products in any case and would need a reduction for this alone.
 */
export function averageHeads(attention: Tensor): Tensor {
  const [batch, heads, , sourceLength] = dims(attention, 4, 'attention');
  const count = Number(heads);
  const data = new Float64Array(count).fill(1 / count);
  const equal = constantTensor({ shape: [1, count], data });
  const mean = matmul(equal, reshape(attention, [batch, heads, sourceLength]));
  return reshape(mean, [batch, sourceLength]);
}
