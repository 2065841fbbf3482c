/** BART as it is published (Lewis et al. 2020), for summaries and other texts from texts. */
import { PAPER_POSITIONS } from '../../nn/sinusoidalTable';
import { encoderDecoderKind } from '../encoderDecoder/published';

/** BART as it is published: the option `kinds: [publishedBart]` of a load. */
export const publishedBart = encoderDecoderKind({
  name: 'published-bart',
  modelTypes: ['bart'],
  activation: 'gelu',
  normFirst: false,
  finalNorm: false,
  embeddingNorm: true,
  learned: true,
  logitsBias: true,
  positions: PAPER_POSITIONS,
  fixed: {
    normalize_before: false,
    normalize_embedding: true,
    add_final_layer_norm: false,
    static_position_embeddings: false,
  },
});
