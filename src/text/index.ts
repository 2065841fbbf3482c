/** Text: tokens, vocabularies, corpora, batches, metrics and baselines. No model, no GPU. */

export { nearestNeighbour, type Translate, wordForWord } from './baselines';
export {
  type Batch,
  type EncodedPair,
  encodePairs,
  makeBatch,
  type PaddingOptions,
} from './batches';
export {
  BatchIterator,
  type BatchIteratorOptions,
  type DataCursor,
  epochOrder,
  type OrderOptions,
} from './batchIterator';
export { type BleuOptions, type BleuScore, type BleuSmoothing, corpusBleu } from './bleu';
export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  type SentenceCounts,
} from './bootstrap';
export {
  buildVocabulary,
  SPECIAL_IDS,
  SPECIAL_TOKENS,
  type SpecialTokens,
  type VocabularyOptions,
  vocabularyOf,
} from './buildVocabulary';
export { BytePair, type BytePairJson, type BytePairOptions } from './bytePair';
export type { Merge } from './bytePairTraining';
export { chrF2 } from './chrf';
export type { Codec, CodecFormat } from './codec';
export {
  filterByLength,
  groupReferences,
  type LengthLimits,
  type Pair,
  type ReferenceGroup,
  readLineAligned,
  readLines,
  readTabSeparated,
  type Sentence,
  type SplitCorpus,
  type SplitCorpusOptions,
  type SplitOptions,
  type SplitSentence,
  splitCorpus,
  type TabSeparatedOptions,
} from './corpus';
export { type AlignedPair, type AlignOptions, alignByIbmModel1, type Link } from './ibmModel1';
export { type Labelled, type LabelledBatch, labelledBatch, NO_LABEL } from './labelled';
export { exactMatch, exactMatchCounts, perplexity, tokenAccuracy } from './metrics';
export { countIds, keepProbabilities, NoiseDistribution } from './noise';
export {
  type DetokeniseOptions,
  detokenise,
  FRENCH_WHOLE_WORDS,
  type Language,
  type NormaliseOptions,
  normalise,
  type TokeniseOptions,
  tokenise,
} from './normalise';
export { readCodec } from './readCodec';
export {
  type SacreBleuOptions,
  type SacreChrFOptions,
  type Signed,
  sacreBleu,
  sacreChrF2,
} from './sacreBleu';
export { bytePairs, SubwordCodec } from './subwordCodec';
export {
  bagOfWords,
  denseRows,
  type RankedDocument,
  type SparseVector,
  TfIdf,
  type TfIdfOptions,
} from './tfIdf';
export { tokenise13a } from './tokenise13a';
export { unigramPerplexity } from './unigram';
export { type TextUnit, textUnits } from './units';
export { type DecodeOptions, type EncodeOptions, type SpecialIds, Vocabulary } from './vocabulary';
export type { VocabularyJson } from './vocabularyJson';
export { noiseBaseline } from './wordBaseline';
export { type WordBatch, WordIterator, type WordIteratorOptions } from './wordIterator';
