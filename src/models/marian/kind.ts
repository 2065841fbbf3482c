/** MarianMT, the kind of the Opus-MT translators (Junczys-Dowmunt et al. 2018). */
import { encoderDecoderKind } from '../encoderDecoder/published';

/** MarianMT as it is published: the option `kinds: [marian]` of a load. */
export const marian = encoderDecoderKind({
  name: 'marian',
  modelTypes: ['marian'],
  activation: 'gelu',
  normFirst: false,
  finalNorm: false,
  embeddingNorm: false,
  learned: false,
  logitsBias: true,
  // All sines before all cosines.
  positions: { layout: 'halves', first: 0, denominator: 'half' },
  fixed: {
    normalize_before: false,
    normalize_embedding: false,
    add_final_layer_norm: false,
    static_position_embeddings: true,
  },
});
