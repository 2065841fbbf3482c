/** `qkv/evaluation`: BLEU, chrF, confidence intervals, alignment, perplexity and baselines. */
export { nearestNeighbour, wordForWord } from '../evaluation/baselines';
export { corpusBleu } from '../evaluation/bleu';
export { bootstrapInterval, type Interval } from '../evaluation/bootstrap';
export type { AlignedPair } from '../evaluation/ibmModel1';
export { exactMatch, exactMatchCounts, perplexity, tokenAccuracy } from '../evaluation/metrics';
export { sacreBleu, sacreChrF2 } from '../evaluation/sacreBleu';
export { unigramPerplexity } from '../evaluation/unigram';
export { noiseBaseline } from '../evaluation/wordBaseline';
