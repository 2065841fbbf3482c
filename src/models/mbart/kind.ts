/** mBART (Liu et al. 2020) and mBART-50 (Tang et al. 2020), translators of many languages. */
import { PAPER_POSITIONS } from '../../nn/sinusoidalTable';
import { encoderDecoderKind } from '../encoderDecoder/published';

/** mBART as it is published: the option `kinds: [mbart]` of a load. */
export const mbart = encoderDecoderKind({
  name: 'mbart',
  startsWithLanguage: true,
  modelTypes: ['mbart'],
  activation: 'gelu',
  normFirst: true,
  finalNorm: true,
  embeddingNorm: true,
  learned: true,
  logitsBias: true,
  positions: PAPER_POSITIONS,
  fixed: {
    normalize_before: true,
    normalize_embedding: true,
    add_final_layer_norm: true,
    static_position_embeddings: false,
  },
});
