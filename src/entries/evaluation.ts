/** `qkv/evaluation`: BLEU, chrF, confidence intervals, alignment, perplexity and baselines. */
export { nearestNeighbour, type Translate, wordForWord } from '../evaluation/baselines';
export { bidirectionalTrigram, type FillWord } from '../evaluation/bidirectionalTrigram';
export {
  type BleuOptions,
  type BleuScore,
  type BleuSmoothing,
  corpusBleu,
} from '../evaluation/bleu';
export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  type SentenceCounts,
} from '../evaluation/bootstrap';
export type { AlignedPair, Link } from '../evaluation/ibmModel1';
export { exactMatch, exactMatchCounts, perplexity, tokenAccuracy } from '../evaluation/metrics';
export {
  type SacreBleuOptions,
  type SacreChrFOptions,
  type SacreOptions,
  type Signed,
  sacreBleu,
  sacreChrF2,
} from '../evaluation/sacreBleu';
export { unigramPerplexity } from '../evaluation/unigram';
export { noiseBaseline } from '../evaluation/wordBaseline';
