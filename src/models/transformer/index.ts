/** The transformer (Vaswani et al. 2017). */
import type { Tensor } from '../../graph/op';
import type { Scope } from '../../nn/parameters';
import type { TransformerConfig } from './config';
import * as network from './network';

export { type TransformerConfig, type TransformerOptions, transformerConfig } from './config';
export { transformer } from './kind';
export { transformerModel } from './model';
export { transformerRecipe } from './recipe';

/**
 * The encoder.
 * @param source i32 [B, S]  @param lengths i32 [B]
 * @returns [B, S, modelSize]
 */
export const encode: (
  scope: Scope,
  config: TransformerConfig,
  source: Tensor,
  lengths: Tensor,
) => Tensor = network.encode;

/**
 * The decoder over whole targets, for training and scoring.
 * @param targetInput i32 [B, T], begins with bos
 * @param memory the encoder's output [B, S, modelSize]
 * @param targetLengths i32 [B]: masks padded keys; unnecessary if the loss ignores padded positions
 * @returns logits [B, T, targetVocabulary]
 */
export const decode: (
  scope: Scope,
  config: TransformerConfig,
  targetInput: Tensor,
  memory: Tensor,
  lengths: Tensor,
  targetLengths?: Tensor,
) => Tensor = network.decode;
