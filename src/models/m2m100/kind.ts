/** M2M100 (Fan et al. 2021) and NLLB (Costa-jussa et al. 2022), translators of many languages. */
import { encoderDecoderKind } from '../encoderDecoder/published';

/** M2M100 and NLLB as they are published: the option `kinds: [m2m100]` of a load. */
export const m2m100 = encoderDecoderKind({
  name: 'm2m100',
  startsWithLanguage: true,
  modelTypes: ['m2m_100'],
  activation: 'relu',
  normFirst: true,
  finalNorm: true,
  embeddingNorm: false,
  learned: false,
  logitsBias: false,
  // Those of fairseq: sines before cosines, as in tensor2tensor, from the id of padding plus 1 on.
  positions: { layout: 'halves', first: 2, denominator: 'halfMinusOne' },
  fixed: {},
});
