/** Text: tokens, vocabularies, corpora and batches. No model, no GPU. */

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
export { type Labelled, type LabelledBatch, labelledBatch, NO_LABEL } from './labelled';
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
export { bytePairs, SubwordCodec } from './subwordCodec';
export {
  bagOfWords,
  denseRows,
  type RankedDocument,
  type SparseVector,
  TfIdf,
  type TfIdfOptions,
} from './tfIdf';
export { type TextUnit, textUnits } from './units';
export { type DecodeOptions, type EncodeOptions, type SpecialIds, Vocabulary } from './vocabulary';
export type { VocabularyJson } from './vocabularyJson';
export { type WordBatch, WordIterator, type WordIteratorOptions } from './wordIterator';
