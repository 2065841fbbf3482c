/** Prompts of language models, whose rows have different lengths. */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { countTo } from '../nn/lengths';
import { sub } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { sum } from '../ops/reduce/op';
import { equal, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';

/** i32 [B]: the position of each row's last token. */
export function lastPositions(lengths: Tensor): Tensor {
  return sub(lengths, fill(lengths.shape, 1, 'i32'));
}

/**
 * Each row's last token i32 [B, 1].
 * @param tokens i32 [B, L]
 * @param lengths i32 [B], at least 1
 */
export function lastToken(tokens: Tensor, lengths: Tensor): Tensor {
  const [batch, length] = dims(tokens, 2, 'tokens');
  const positions = reshape(countTo(length), [1, length]);
  const isLast = equal(positions, reshape(lastPositions(lengths), [batch, 1]));
  const selected = where(isLast, tokens, fill(tokens.shape, 0, 'i32'));
  return reshape(sum(selected, { axis: 1 }), [batch, 1]);
}
