/** `qkv/evaluation`: BLEU, chrF, confidence intervals, alignment, perplexity and baselines. */

export type { Translate } from '../evaluation/baselines';
export { nearestNeighbour, wordForWord } from '../evaluation/baselines';
export type { BleuOptions, BleuScore, BleuSmoothing } from '../evaluation/bleu';
export { corpusBleu } from '../evaluation/bleu';
export type { BootstrapOptions, SentenceCounts } from '../evaluation/bootstrap';
export { bootstrapInterval, type Interval } from '../evaluation/bootstrap';
export type { AlignedPair, Link } from '../evaluation/ibmModel1';
export { exactMatch, exactMatchCounts, perplexity, tokenAccuracy } from '../evaluation/metrics';
export type {
  SacreBleuOptions,
  SacreChrFOptions,
  SacreOptions,
  Signed,
} from '../evaluation/sacreBleu';
export { sacreBleu, sacreChrF2 } from '../evaluation/sacreBleu';
export { unigramPerplexity } from '../evaluation/unigram';
export { noiseBaseline } from '../evaluation/wordBaseline';
